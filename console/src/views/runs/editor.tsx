// Writes the definition of an app as JSON. Each problem is named with its line; a click goes there.

import { useRef, useState } from 'preact/hooks';
import { put, type Problem } from '../../api/client';
import { submitOnControlEnter } from '../../parts/form';
import { say } from '../../parts/toast';
import { asFailure } from '../../state/resource';
import { lineOf } from './definition';

interface EditorProps {
  /** The id of the app; null when it is typed here as well. */
  id: string | null;
  text: string;
  /** Called with the id once the definition is stored. */
  done: (id: string) => void;
}

/** What the field for an id of an app takes. */
export const idRule = { name: 'id', required: true, pattern: '[a-z0-9_\\-]+', title: 'Small letters, digits, - and _', spellcheck: false } as const;

const numbersOf = (text: string) => text.split('\n').map((_, at) => at + 1).join('\n');

export function Editor({ id, text: first, done }: EditorProps) {
  const [text, setText] = useState(first);
  const [appId, setAppId] = useState(id ?? '');
  const [problems, setProblems] = useState<readonly Problem[]>([]);
  const [isBusy, setBusy] = useState(false);
  const area = useRef<HTMLTextAreaElement>(null);

  const save = async (event: Event) => {
    event.preventDefault();
    let definition: never;
    try {
      definition = JSON.parse(text) as never;
    } catch (mistake) {
      setProblems([{ message: `This is no JSON: ${(mistake as Error).message}` }]);
      return;
    }
    setBusy(true);
    try {
      await put('/v1/apps/{appId}', definition, { path: { appId } });
      setProblems([]);
      say(id ? 'The app is defined anew' : 'The app is there');
      done(appId);
    } catch (thrown) {
      const failure = asFailure(thrown);
      setProblems(failure.details.length ? failure.details : [{ message: failure.message }]);
    }
    setBusy(false);
  };

  const goTo = (line: number) => {
    const lines = text.split('\n');
    const start = lines.slice(0, line - 1).join('\n').length + (line > 1 ? 1 : 0);
    area.current?.focus();
    area.current?.setSelectionRange(start, start + (lines[line - 1]?.length ?? 0));
  };

  return (
    <form
      class="fields"
      aria-label="Definition"
      onSubmit={save}
      onKeyDown={submitOnControlEnter}
    >
      {id === null && <label>Id<input {...idRule} value={appId} onInput={event => setAppId(event.currentTarget.value)} /></label>}
      <label>
        Definition, as JSON
        <span class="numbered">
          <span aria-hidden="true">{numbersOf(text)}</span>
          <textarea ref={area} rows={Math.min(40, Math.max(16, text.split('\n').length))} wrap="off" spellcheck={false} required value={text} onInput={event => setText(event.currentTarget.value)} />
        </span>
      </label>
      {problems.length > 0 && (
        <ul class="mistake" role="alert">
          {problems.map((problem, at) => {
            const line = problem.param ? lineOf(text, problem.param) : null;
            return <li key={at}>{line !== null && <button type="button" onClick={() => goTo(line)}>line {line}</button>} {problem.param && <code>{problem.param}</code>} {problem.message}</li>;
          })}
        </ul>
      )}
      <footer><button type="submit" class="primary" disabled={isBusy} title="Ctrl-Enter">{id ? 'Save' : 'Create'}</button></footer>
    </form>
  );
}
