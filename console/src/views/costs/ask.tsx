// Asks a question about the project in words. A model answers it from sums of the last days, if one is configured.

import { useState } from 'preact/hooks';
import { post, type Answer, type ApiFailure } from '../../api/client';
import { Time } from '../../parts/pieces';
import { asFailure } from '../../state/resource';

const unavailable = 503;

export function Ask({ projectId }: { projectId: string }) {
  const [question, setQuestion] = useState('');
  const [answer, setAnswer] = useState<Answer<'/v1/ai/ask', 'post'> | null>(null);
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const ask = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    setFailure(null);
    try {
      setAnswer(await post('/v1/ai/ask', { projectId, question }));
    } catch (thrown) {
      setAnswer(null);
      setFailure(asFailure(thrown));
    }
    setBusy(false);
  };
  return (
    <section class="ask">
      <h2>Ask</h2>
      <form class="toolbar" onSubmit={ask}>
        <input class="grow" required aria-label="A question about this project" placeholder="What was expensive this week?" value={question} onInput={event => setQuestion(event.currentTarget.value)} />
        <button type="submit" disabled={isBusy}>{isBusy ? 'Asking…' : 'Ask'}</button>
      </form>
      {answer && (
        <div role="status">
          <p class="answer">{answer.answer}</p>
          <p class="quiet">By {answer.model}, from sums of <Time at={answer.range.start} /> to <Time at={answer.range.end} />.</p>
        </div>
      )}
      {failure && <p class="mistake" role="alert">{failure.message}{failure.status === unavailable && ' The settings Ai__Endpoint, Ai__ApiKey and Ai__Model name one.'}</p>}
    </section>
  );
}
