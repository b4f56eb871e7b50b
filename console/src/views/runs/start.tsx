// Starts a run of an app: a form made of its parameters. Ctrl-Enter starts.

import { useState } from 'preact/hooks';
import { post, type Answer, type ApiFailure } from '../../api/client';
import { Mistakes, submitOnControlEnter } from '../../parts/form';
import { open, pathOf, to } from '../../state/address';
import { asFailure } from '../../state/resource';

type App = Answer<'/v1/apps/{appId}'>['data'];
type Parameter = App['parameters'][number];

const webhookName = 'webhook';

export function Start({ app }: { app: App }) {
  const [values, setValues] = useState<Record<string, string>>(() => Object.fromEntries(app.parameters.map(one => [one.name, one.default ?? (one.type === 'options' ? one.options?.[0] ?? '' : '')])));
  const [webhook, setWebhook] = useState('');
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const start = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      const { data } = await post('/v1/apps/{appId}/runs', { inputs: values }, { path: { appId: app.appId }, query: { webhook } });
      open(to(pathOf('runs', data.runId)));
    } catch (thrown) {
      setFailure(asFailure(thrown));
      setBusy(false);
    }
  };
  const problemsOf = (name: string) => failure?.details.filter(detail => detail.param === name) ?? [];
  const named = new Set([webhookName, ...app.parameters.map(one => one.name)]);
  const others = failure?.details.filter(detail => !detail.param || !named.has(detail.param)) ?? [];
  const mistakes = (name: string) => problemsOf(name).map((problem, at) => <span key={at} class="mistake" role="alert">{problem.message}</span>);
  return (
    <form
      class="fields"
      aria-label="Start a run"
      onSubmit={start}
      onKeyDown={submitOnControlEnter}
    >
      {app.parameters.map(one => (
        <label key={one.id}>
          {one.name}
          <Input parameter={one} value={values[one.name] ?? ''} set={value => setValues({ ...values, [one.name]: value })} />
          {one.description && <span class="quiet">{one.description}</span>}
          {mistakes(one.name)}
        </label>
      ))}
      <label>Webhook, told of the end<input type="url" placeholder="none" value={webhook} onInput={event => setWebhook(event.currentTarget.value)} />{mistakes(webhookName)}</label>
      {failure && <Mistakes failure={failure} problems={others} />}
      <footer><button type="submit" class="primary" disabled={isBusy} title="Ctrl-Enter">{isBusy ? 'Starting…' : 'Start a run'}</button></footer>
    </form>
  );
}

function Input({ parameter: one, value, set }: { parameter: Parameter; value: string; set: (value: string) => void }) {
  if (one.type === 'options') return <select value={value} onChange={event => set(event.currentTarget.value)}>{one.options?.map(option => <option key={option} value={option}>{option}</option>)}</select>;
  if (one.type === 'url') return <input type="url" value={value} onInput={event => set(event.currentTarget.value)} />;
  return <textarea rows={3} value={value} onInput={event => set(event.currentTarget.value)} />;
}
