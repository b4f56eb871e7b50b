// Apps: their list, and a form that starts a run of one.

import { useState } from 'preact/hooks';
import { get, post, put, remove, type Answer, type ApiFailure } from '../../api/client';
import { Confirm } from '../../parts/dialog';
import { Failure } from '../../parts/failure';
import { Empty, Skeleton } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { change, open, parameter, pathOf, segments, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { asFailure, useResource } from '../../state/resource';
import { mayDefine, session } from '../../state/session';

type App = Answer<'/v1/apps/{appId}'>['data'];
type Parameter = App['parameters'][number];

export function Apps() {
  const id = segments.value[1];
  return id ? <AppPage key={id} id={id} /> : <AppList />;
}

function AppList() {
  const search = parameter('search');
  const apps = useResource(`${session.value?.organization.id} ${search}`, async signal => (await get('/v1/apps', { query: { search, limit: 100 }, signal })).data);
  const templates = useResource(mayDefine.value ? 'templates' : null, async signal => (await get('/v1/templates', { signal })).data, { once: true });
  const begin = (templateId: string) => post('/v1/templates/{templateId}/apps', {} as never, { path: { templateId } })
    .then(answer => open(to(pathOf('apps', (answer as { data: { appId: string } }).data.appId))), sayFailure);
  if (apps.failure && !apps.data) return <Failure failure={apps.failure} retry={apps.reload} />;
  return (
    <div class="sheets">
      <h1>Apps</h1>
      <input type="search" aria-label="Search" placeholder="Search" value={search} onInput={event => change({ search: event.currentTarget.value }, { replace: true })} />
      {!apps.data ? <Skeleton /> : apps.data.length === 0 ? <Empty title="No app is called so" /> : (
        <ul class="cards">
          {apps.data.map(app => <li key={app.appId}><a href={to(pathOf('apps', app.appId))}><strong>{app.name}</strong><span class="quiet">{app.description}</span></a></li>)}
        </ul>
      )}
      {templates.data && templates.data.length > 0 && (
        <section>
          <h2>Begin from a template</h2>
          <ul class="cards">{templates.data.map(one => <li key={one.templateId}><button type="button" onClick={() => void begin(one.templateId)}><strong>{one.name}</strong><span class="quiet">{one.description}</span></button></li>)}</ul>
        </section>
      )}
    </div>
  );
}

function AppPage({ id }: { id: string }) {
  const [isDeleting, setDeleting] = useState(false);
  const app = useResource(id, async signal => (await get('/v1/apps/{appId}', { path: { appId: id }, signal })).data, { once: true });
  useKeys([{ keys: 'Escape', does: 'Back to the list', run: () => open(to('/apps')) }]);
  if (app.failure) return <Failure failure={app.failure} retry={app.reload} />;
  if (!app.data) return <Skeleton />;
  return (
    <>
      <header class="toolbar">
        <a class="button" href={to('/apps')}>Back</a>
        <h1>{app.data.name}</h1>
        <a href={to('/runs', { app: id })}>Its runs</a>
        <span class="grow" />
        {mayDefine.value && <button type="button" class="danger" onClick={() => setDeleting(true)}>Delete</button>}
      </header>
      <div class="sheets app">
        <p class="quiet">{app.data.description}</p>
        <Start app={app.data} />
        <section>
          <h2>What a run gives</h2>
          <ul>{app.data.outputs.map(output => <li key={output.label}>{output.label} <span class="quiet">{output.type}</span></li>)}</ul>
        </section>
        {mayDefine.value && <Definition id={id} done={app.reload} />}
      </div>
      {isDeleting && (
        <Confirm
          title={`Delete ${app.data.name}?`}
          text="No run of it can be started any more; those that were started go on."
          action="Delete"
          close={() => setDeleting(false)}
          run={() => remove('/v1/apps/{appId}', { path: { appId: id } }).then(() => open(to('/apps'), { replace: true }), sayFailure)}
        />
      )}
    </>
  );
}

/** Inputs by the app's parameters; Ctrl-Enter starts. */
function Start({ app }: { app: App }) {
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
  const problemsOf = (name: string) => failure?.details.filter(detail => (detail as { param?: string }).param === name).map(detail => detail.message) ?? [];
  return (
    <form
      class="fields"
      onSubmit={start}
      onKeyDown={event => { if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) event.currentTarget.requestSubmit(); }}
    >
      {app.parameters.map(one => (
        <label key={one.id}>
          {one.name}
          <Input parameter={one} value={values[one.name] ?? ''} set={value => setValues({ ...values, [one.name]: value })} />
          {one.description && <span class="quiet">{one.description}</span>}
          {problemsOf(one.name).map(problem => <span key={problem} class="mistake" role="alert">{problem}</span>)}
        </label>
      ))}
      <label>Webhook, told of the end<input type="url" placeholder="none" value={webhook} onInput={event => setWebhook(event.currentTarget.value)} /></label>
      {failure && <p class="mistake" role="alert">{failure.message}</p>}
      <footer><button type="submit" class="primary" disabled={isBusy} title="Ctrl-Enter">{isBusy ? 'Starting…' : 'Start a run'}</button></footer>
    </form>
  );
}

function Input({ parameter: one, value, set }: { parameter: Parameter; value: string; set: (value: string) => void }) {
  if (one.type === 'options') return <select value={value} onChange={event => set(event.currentTarget.value)}>{one.options?.map(option => <option key={option} value={option}>{option}</option>)}</select>;
  if (one.type === 'url') return <input type="url" value={value} onInput={event => set(event.currentTarget.value)} />;
  return <textarea rows={3} value={value} onInput={event => set(event.currentTarget.value)} />;
}

/** Writes a definition anew, as JSON; each problem is named with its place. */
function Definition({ id, done }: { id: string; done: () => void }) {
  const [text, setText] = useState('');
  const [problems, setProblems] = useState<readonly string[]>([]);
  const save = async (event: Event) => {
    event.preventDefault();
    try {
      await put('/v1/apps/{appId}', JSON.parse(text), { path: { appId: id } });
      setProblems([]);
      say('The app is defined anew');
      done();
    } catch (thrown) {
      const failure = asFailure(thrown);
      setProblems(failure.details.length ? failure.details.map(detail => detail.message) : [failure.message]);
    }
  };
  return (
    <details>
      <summary>Define it anew</summary>
      <form class="fields" onSubmit={save}>
        <label>The definition, as JSON<textarea rows={16} spellcheck={false} required value={text} onInput={event => setText(event.currentTarget.value)} /></label>
        {problems.length > 0 && <ul class="mistake" role="alert">{problems.map(problem => <li key={problem}>{problem}</li>)}</ul>}
        <footer><button type="submit" class="primary">Save</button></footer>
      </form>
    </details>
  );
}
