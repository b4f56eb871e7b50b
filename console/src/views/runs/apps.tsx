// Apps: their list, and the page of one: a form that starts a run, and its definition for those who may change it.

import { useState } from 'preact/hooks';
import { get, post, remove, type Answer } from '../../api/client';
import { Confirm } from '../../parts/dialog';
import { FailedPage, Failure } from '../../parts/failure';
import { FormDialog } from '../../parts/form';
import { Empty, Skeleton } from '../../parts/pieces';
import { sayFailure } from '../../parts/toast';
import { change, open, parameter, pathOf, segments, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';
import { Editor, idRule } from './editor';
import { Start } from './start';

type Template = Answer<'/v1/templates'>['data'][number];

// No app is called so: an id has no sign of this kind.
const newApp = '+';

const example = `{
  "name": "Greeting",
  "description": "Greets somebody.",
  "parameters": [
    { "id": "name", "name": "Name", "type": "text", "default": "World" }
  ],
  "steps": [
    { "id": "greet", "kind": "text", "template": "Hello {{inputs.Name}}" }
  ],
  "outputs": [
    { "id": "greeting", "label": "Greeting", "type": "text", "step": "greet" }
  ]
}`;

export function Apps() {
  const id = segments.value[1];
  return !id ? <AppList /> : id === newApp ? <NewApp /> : <AppPage key={id} id={id} />;
}

function AppList() {
  const search = parameter('search');
  const [template, setTemplate] = useState<Template | null>(null);
  const apps = useResource(`apps ${search}`, async signal => (await get('/v1/apps', { query: { search, limit: 100 }, signal })).data);
  const templates = useResource(mayDefine.value ? 'templates' : null, async signal => (await get('/v1/templates', { signal })).data, { once: true });
  return (
    <>
      <header class="toolbar">
        <h1>Apps</h1>
        <input class="grow" type="search" aria-label="Search" placeholder="Search" value={search} onInput={event => change({ search: event.currentTarget.value }, { replace: true })} />
        {mayDefine.value && <a class="button" href={to(`/apps/${newApp}`)}>New app</a>}
      </header>
      <div class="sheets">
        {apps.failure && !apps.data ? <Failure failure={apps.failure} retry={apps.reload} /> : !apps.data ? <Skeleton /> : apps.data.length === 0 ? <Empty title="No app is called so" /> : (
          <ul class="cards" aria-label="Apps">
            {apps.data.map(app => <li key={app.appId}><a href={to(pathOf('apps', app.appId))}><strong>{app.name}</strong><span class="quiet">{app.description}</span></a></li>)}
          </ul>
        )}
        {templates.data && templates.data.length > 0 && (
          <section>
            <h2>Begin from a template</h2>
            <ul class="cards">{templates.data.map(one => <li key={one.templateId}><button type="button" onClick={() => setTemplate(one)}><strong>{one.name}</strong><span class="quiet">{one.description}</span></button></li>)}</ul>
          </section>
        )}
      </div>
      {template && (
        <FormDialog
          title={`An app like ${template.name}`}
          action="Create"
          close={() => setTemplate(null)}
          send={async fields => {
            const { data } = await post('/v1/templates/{templateId}/apps', { appId: fields('id'), name: fields('name') || null }, { path: { templateId: template.templateId } });
            open(to(pathOf('apps', data.appId)));
          }}
        >
          <label>Id<input {...idRule} defaultValue={template.templateId} /></label>
          <label>Name<input name="name" placeholder={template.name} /></label>
        </FormDialog>
      )}
    </>
  );
}

function NewApp() {
  useKeys([{ keys: 'Escape', does: 'Back to the list', run: () => open(to('/apps')) }]);
  return (
    <>
      <header class="toolbar"><a class="button" href={to('/apps')}>Back</a><h1>New app</h1></header>
      <div class="sheets app"><Editor id={null} text={example} done={id => open(to(pathOf('apps', id)))} /></div>
    </>
  );
}

function AppPage({ id }: { id: string }) {
  const [isDeleting, setDeleting] = useState(false);
  const app = useResource(id, async signal => (await get('/v1/apps/{appId}', { path: { appId: id }, signal })).data, { once: true });
  useKeys([{ keys: 'Escape', does: 'Back to the list', run: () => open(to('/apps')) }]);
  if (app.failure) return <FailedPage heading={<>App <code>{id}</code></>} back="/apps" failure={app.failure} retry={app.reload} />;
  if (!app.data) return <Skeleton />;

  // Whoever may change an app, one of the organization itself, is shown its definition.
  const { definition } = app.data;
  return (
    <>
      <header class="toolbar">
        <a class="button" href={to('/apps')}>Back</a>
        <h1>{app.data.name}</h1>
        <a href={to('/runs', { app: id })}>Its runs</a>
        <span class="grow" />
        {definition && <button type="button" class="danger" onClick={() => setDeleting(true)}>Delete</button>}
      </header>
      <div class="sheets app">
        <p class="quiet">{app.data.description}</p>
        <Start key={JSON.stringify(app.data.parameters)} app={app.data} />
        <section>
          <h2>What a run gives</h2>
          <ul>{app.data.outputs.map(output => <li key={output.label}>{output.label} <span class="quiet">{output.type}</span></li>)}</ul>
        </section>
        {definition && (
          <section>
            <h2>Its definition</h2>
            <Editor key={JSON.stringify(definition)} id={id} text={JSON.stringify(definition, null, 2)} done={app.reload} />
          </section>
        )}
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
