// Starts a run of an app: a form made of its parameters. Ctrl-Enter starts.

import { useState } from 'preact/hooks';
import { post, type Answer } from '../../api/client';
import { submitOnControlEnter } from '../../parts/form';
import { open, pathOf, to } from '../../state/address';
import { useSending } from './sending';

type App = Answer<'/v1/apps/{appId}'>['data'];
type Parameter = App['parameters'][number];

const webhookName = 'webhook';

export function Start({ app }: { app: App }) {
  const [values, setValues] = useState<Record<string, string>>(() => Object.fromEntries(app.parameters.map(one => [one.name, one.default ?? (one.type === 'options' ? one.options?.[0] ?? '' : '')])));
  const [webhook, setWebhook] = useState('');
  const { submit, isBusy, mistakes, others } = useSending([webhookName, ...app.parameters.map(one => one.name)], async () => {
    const { data } = await post('/v1/apps/{appId}/runs', { inputs: values }, { path: { appId: app.appId }, query: { webhook } });
    open(to(pathOf('runs', data.runId)));
  });
  return (
    <form
      class="fields"
      aria-label="Start a run"
      onSubmit={submit}
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
      {others}
      <footer><button type="submit" class="primary" disabled={isBusy} title="Ctrl-Enter">{isBusy ? 'Starting…' : 'Start a run'}</button></footer>
    </form>
  );
}

function Input({ parameter: one, value, set }: { parameter: Parameter; value: string; set: (value: string) => void }) {
  if (one.type === 'options') return <select value={value} onChange={event => set(event.currentTarget.value)}>{one.options?.map(option => <option key={option} value={option}>{option}</option>)}</select>;
  if (one.type === 'url') return <input type="url" value={value} onInput={event => set(event.currentTarget.value)} />;
  return <textarea rows={3} value={value} onInput={event => set(event.currentTarget.value)} />;
}
