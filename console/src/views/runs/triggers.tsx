// Triggers: one is found by its id, written, and removed. Its secret is shown once.

import { useState } from 'preact/hooks';
import { get, put, remove, type Answer } from '../../api/client';
import { Confirm } from '../../parts/dialog';
import { Failure } from '../../parts/failure';
import { Form } from '../../parts/form';
import { Command, Empty, Facts, Skeleton, State, Time } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { open, pathOf, segments, to } from '../../state/address';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';

type Trigger = Answer<'/v1/triggers/{triggerId}'>['data'];

export function Triggers() {
  const id = segments.value[1];
  return (
    <>
      <form class="toolbar" onSubmit={event => { event.preventDefault(); open(to(pathOf('triggers', String(new FormData(event.currentTarget).get('id')).trim()))); }}>
        <h1>Triggers</h1>
        <input class="grow" name="id" required aria-label="The id of a trigger" placeholder="The id of a trigger, or of a new one" defaultValue={id ?? ''} spellcheck={false} />
        <button type="submit">Open</button>
      </form>
      {id ? <TriggerPage key={id} id={id} /> : <Empty title="A trigger starts runs of one app"><p>By a request that carries its secret, or by a schedule. Open one by its id; an id that is not taken begins a new one.</p></Empty>}
    </>
  );
}

function TriggerPage({ id }: { id: string }) {
  const [secret, setSecret] = useState<string | null>(null);
  const [isDeleting, setDeleting] = useState(false);
  const trigger = useResource(id, async signal => (await get('/v1/triggers/{triggerId}', { path: { triggerId: id }, signal })).data);
  const apps = useResource('apps', async signal => (await get('/v1/apps', { query: { limit: 100 }, signal })).data, { once: true });
  const isNew = trigger.failure?.status === 404;
  if (trigger.failure && !isNew) return <Failure failure={trigger.failure} retry={trigger.reload} />;
  if (!trigger.data && !isNew) return <Skeleton />;
  const known: Partial<Trigger> = trigger.data ?? {};
  return (
    <div class="sheets">
      {isNew ? <p class="quiet">No trigger has this id yet.</p> : (
        <Facts facts={[
          ['State', <State name={known.active ? 'active' : 'inactive'} />],
          ['Next run', known.nextRunAt && <Time at={known.nextRunAt} />],
          ['Last run', known.lastRunId && <a href={to(pathOf('runs', known.lastRunId))}>{known.lastRunId}</a>],
          ['Last error', known.lastError && <span class="bad">{known.lastError}</span>],
          ['Fired by', <code>POST {known.firePath}</code>],
        ]} />
      )}
      {secret && <section><h2>Its secret, shown once</h2><Command text={`curl -X POST ${window.location.origin}${known.firePath ?? `/v1/triggers/${encodeURIComponent(id)}/fire`} -H 'x-trigger-secret: ${secret}'`} /></section>}
      {mayDefine.value && apps.data && (
        <Form
          action={isNew ? 'Create' : 'Save'}
          send={async (fields, form) => {
            const { data } = await put('/v1/triggers/{triggerId}', {
              appId: fields('app'),
              inputs: JSON.parse(fields('inputs') || '{}') as Record<string, string>,
              schedule: fields('schedule') || null,
              webhook: fields('webhook') || null,
              active: (form.elements.namedItem('active') as HTMLInputElement).checked,
              rotateSecret: (form.elements.namedItem('rotate') as HTMLInputElement | null)?.checked ?? false,
            }, { path: { triggerId: id } });
            setSecret(data.secret ?? null);
            say('The trigger is saved');
            trigger.reload();
          }}
        >
          <label>App<select name="app" defaultValue={known.appId}>{apps.data.map(app => <option key={app.appId} value={app.appId} selected={app.appId === known.appId}>{app.name}</option>)}</select></label>
          <label>Inputs, as JSON<textarea name="inputs" rows={4} spellcheck={false} defaultValue={JSON.stringify(known.inputs ?? {}, null, 2)} /></label>
          <label>Schedule<input name="schedule" placeholder="none; seconds minutes hours day month weekday, such as 0 0 3 * * *" defaultValue={known.schedule ?? ''} spellcheck={false} /></label>
          <label>Webhook, told of the end of each run<input name="webhook" type="url" placeholder="none" defaultValue={known.webhookUrl ?? ''} /></label>
          <label><input type="checkbox" name="active" defaultChecked={known.active ?? true} />Active</label>
          {!isNew && <label><input type="checkbox" name="rotate" />Replace its secret</label>}
        </Form>
      )}
      {mayDefine.value && !isNew && <p><button type="button" class="danger" onClick={() => setDeleting(true)}>Delete</button></p>}
      {isDeleting && (
        <Confirm title="Delete this trigger?" text="It starts no run any more." action="Delete" close={() => setDeleting(false)} run={() => remove('/v1/triggers/{triggerId}', { path: { triggerId: id } }).then(() => open(to('/triggers'), { replace: true }), sayFailure)} />
      )}
    </div>
  );
}
