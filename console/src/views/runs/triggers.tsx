// Triggers: their list with what comes next and what came last, and the page of one, where it is written, fired and removed. Its secret is shown once.

import { useState } from 'preact/hooks';
import { ApiFailure, get, post, put, remove, type Answer } from '../../api/client';
import { Confirm } from '../../parts/dialog';
import { Failure } from '../../parts/failure';
import { submitOnControlEnter } from '../../parts/form';
import { More } from '../../parts/more';
import { Command, Empty, Facts, Skeleton, State, Time } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { open, pathOf, segments, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { pageOf, usePages } from '../../state/pages';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';
import { showInZone } from '../../state/times';
import { Act } from './act';
import { idRule } from './editor';
import { useSending } from './sending';

type Trigger = Answer<'/v1/triggers/{triggerId}'>['data'];

const utc = 'UTC';

export function Triggers() {
  const id = segments.value[1];
  return id ? <TriggerPage key={id} id={id} /> : <TriggerList />;
}

/** When a trigger fires by itself next: by the clocks of its zone, and by those of whoever reads it. */
const Next = ({ trigger: { nextRunAt, timeZone } }: { trigger: Pick<Trigger, 'nextRunAt' | 'timeZone'> }) => nextRunAt == null ? <span class="quiet">–</span>
  : <>{showInZone(new Date(nextRunAt), timeZone ?? utc)} <span class="quiet">{timeZone ?? utc}</span><br /><span class="quiet">here </span><Time at={nextRunAt} /></>;

const LastRun = ({ run }: { run: Trigger['lastRun'] }) => run ? <a href={to(pathOf('runs', run.runId))}><Time at={run.at} /></a> : <span class="quiet">–</span>;

/** Starts what a trigger would start. Only who has its secret can fire it; whoever may start runs can do the same. */
const Fire = ({ trigger: { appId, inputs, webhookUrl } }: { trigger: Trigger }) => (
  <Act
    action="Fire now"
    title="Starts a run of its app with its inputs, as the trigger would"
    run={async () => {
      const { data } = await post('/v1/apps/{appId}/runs', { inputs }, { path: { appId }, query: { webhook: webhookUrl } });
      open(to(pathOf('runs', data.runId)));
    }}
  />
);

function TriggerList() {
  const pages = usePages<Trigger>('triggers', async (cursor, signal) => pageOf(await get('/v1/triggers', { query: { limit: 100, cursor }, signal })), trigger => trigger.triggerId);
  return (
    <>
      <header class="toolbar">
        <h1>Triggers</h1>
        <span class="grow" />
        {mayDefine.value && (
          <form class="toolbar" onSubmit={event => { event.preventDefault(); open(to(pathOf('triggers', String(new FormData(event.currentTarget).get('id'))))); }}>
            <input {...idRule} pattern="[a-z0-9\-]+" aria-label="The id of a new trigger" placeholder="The id of a new trigger" />
            <button type="submit">New trigger</button>
          </form>
        )}
      </header>
      {pages.failure && pages.rows.length === 0 ? <Failure failure={pages.failure} retry={pages.reload} /> : pages.isLoading ? <Skeleton /> : pages.rows.length === 0
        ? <Empty title="A trigger starts runs of one app"><p>By a request that carries its secret, or by a schedule. There is none yet.</p></Empty>
        : (
          <div class="sheets">
            <div class="scroll" tabIndex={0} role="region" aria-label="Triggers">
              <table>
                <thead><tr><th scope="col">Trigger</th><th scope="col">App</th><th scope="col">Next run</th><th scope="col">Last run</th><th scope="col">Last error</th><th scope="col"><span class="off-screen">Fire</span></th></tr></thead>
                <tbody>
                  {pages.rows.map(trigger => (
                    <tr key={trigger.triggerId}>
                      <td><a href={to(pathOf('triggers', trigger.triggerId))}>{trigger.triggerId}</a><br /><State name={trigger.active ? 'active' : 'inactive'} /></td>
                      <td><a href={to(pathOf('apps', trigger.appId))}>{trigger.appId}</a></td>
                      <td><Next trigger={trigger} /></td>
                      <td><LastRun run={trigger.lastRun} /></td>
                      <td>{trigger.lastError && <span class="bad">{trigger.lastError}</span>}</td>
                      <td>{trigger.active && <Fire trigger={trigger} />}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
            <More pages={pages} of="triggers" />
          </div>
        )}
    </>
  );
}

function TriggerPage({ id }: { id: string }) {
  const [secret, setSecret] = useState<string | null>(null);
  const [isDeleting, setDeleting] = useState(false);
  const trigger = useResource(id, async signal => (await get('/v1/triggers/{triggerId}', { path: { triggerId: id }, signal })).data);
  const isNew = trigger.failure?.status === 404;
  useKeys([{ keys: 'Escape', does: 'Back to the list', run: () => open(to('/triggers')) }]);
  const known = trigger.data;
  return (
    <>
      <header class="toolbar">
        <a class="button" href={to('/triggers')}>Back</a>
        <h1>{isNew ? 'New trigger' : 'Trigger'} <code>{id}</code></h1>
        <span class="grow" />
        {known?.active && <Fire trigger={known} />}
        {mayDefine.value && known && <button type="button" class="danger" onClick={() => setDeleting(true)}>Delete</button>}
      </header>
      {trigger.failure && !isNew ? <Failure failure={trigger.failure} retry={trigger.reload} /> : !known && !isNew ? <Skeleton /> : (
        <div class="sheets app">
          {known && (
            <Facts facts={[
              ['State', <State name={known.active ? 'active' : 'inactive'} />],
              ['Next run', <Next trigger={known} />],
              ['Last run', <LastRun run={known.lastRun} />],
              ['Last error', known.lastError && <span class="bad">{known.lastError}</span>],
              ['Fired by', <><code>POST {known.firePath}</code> {known.verify.type === 'hmac' && <>signed: {known.verify.preset ?? known.verify.header}</>}</>],
            ]} />
          )}
          {secret && known && <section><h2>Its secret, shown once</h2><Command text={`curl -X POST ${window.location.origin}${known.firePath} -H 'x-trigger-secret: ${secret}'`} /></section>}
          {mayDefine.value ? (
            <TriggerForm
              key={String(!known)}
              id={id}
              known={known}
              done={made => {
                if (made) setSecret(made);
                trigger.reload();
              }}
            />
          ) : isNew && <p class="quiet">There is no such trigger.</p>}
        </div>
      )}
      {isDeleting && (
        <Confirm title="Delete this trigger?" text="It starts no run any more." action="Delete" close={() => setDeleting(false)} run={() => remove('/v1/triggers/{triggerId}', { path: { triggerId: id } }).then(() => open(to('/triggers'), { replace: true }), sayFailure)} />
      )}
    </>
  );
}

/** What a trigger was defined with: all that is said of it, but for what it is told apart by and what came of it. */
function bodyOf(trigger: Trigger | undefined): Record<string, unknown> {
  if (!trigger) return { appId: '', inputs: {}, schedule: null, timeZone: null, webhook: null, active: true };
  const { triggerId: _, firePath: _1, nextRunAt: _2, lastRun: _3, lastRunId: _4, lastError: _5, secret: _6, webhookUrl, ...body } = trigger;
  return { ...body, webhook: webhookUrl };
}

interface TriggerFormProps {
  id: string;
  known: Trigger | undefined;
  /** Told of the secret, where there is a new one. */
  done: (secret: string | null) => void;
}

const places = ['appId', 'inputs', 'schedule', 'timeZone', 'webhook'];

function TriggerForm({ id, known, done }: TriggerFormProps) {
  const [isJson, setJson] = useState(false);
  const apps = useResource('apps', async signal => (await get('/v1/apps', { query: { limit: 100 }, signal })).data, { once: true });
  const body = bodyOf(known);
  const { submit, isBusy, mistakes, others } = useSending(isJson ? [] : places, async form => {
    const typed = (name: string) => String(new FormData(form).get(name) ?? '').trim();
    const given = isJson ? parse(typed('body'), '') : {
      ...body,
      appId: typed('app'),
      inputs: parse(typed('inputs') || '{}', 'inputs'),
      schedule: typed('schedule') || null,
      timeZone: typed('zone') || null,
      webhook: typed('webhook') || null,
      active: typed('active') === 'on',
    };
    const { data } = await put('/v1/triggers/{triggerId}', { ...given, rotateSecret: typed('rotate') === 'on' } as never, { path: { triggerId: id } });
    say('The trigger is saved');
    done(data.secret ?? null);
  });
  if (!apps.data) return null;
  return (
    <form class="fields" aria-label="Definition" onSubmit={submit} onKeyDown={submitOnControlEnter}>
      <label><input type="checkbox" checked={isJson} onClick={() => setJson(!isJson)} />As JSON</label>
      {isJson ? <label>Definition, as JSON<textarea name="body" rows={14} spellcheck={false} defaultValue={JSON.stringify(body, null, 2)} /></label> : (
        <>
          <label>App<select name="app">{apps.data.map(app => <option key={app.appId} value={app.appId} selected={app.appId === known?.appId}>{app.name}</option>)}</select>{mistakes('appId')}</label>
          <label>Inputs, as JSON<textarea name="inputs" rows={4} spellcheck={false} defaultValue={JSON.stringify(known?.inputs ?? {}, null, 2)} />{mistakes('inputs')}</label>
          <label>Schedule<input name="schedule" placeholder="none; seconds minutes hours day month weekday, such as 0 0 3 * * *" defaultValue={known?.schedule ?? ''} spellcheck={false} />{mistakes('schedule')}</label>
          <label>Time zone<input name="zone" list="zones" placeholder={utc} defaultValue={known?.timeZone ?? ''} spellcheck={false} autocomplete="off" />{mistakes('timeZone')}</label>
          <datalist id="zones">{[utc, ...Intl.supportedValuesOf('timeZone')].map(zone => <option key={zone} value={zone} />)}</datalist>
          <label>Webhook, told of the end of each run<input name="webhook" type="url" placeholder="none" defaultValue={known?.webhookUrl ?? ''} />{mistakes('webhook')}</label>
          <label><input type="checkbox" name="active" defaultChecked={known?.active ?? true} />Active</label>
        </>
      )}
      {known && known.verify.type !== 'hmac' && <label><input type="checkbox" name="rotate" />Replace its secret</label>}
      {others}
      <footer><button type="submit" class="primary" disabled={isBusy} title="Ctrl-Enter">{known ? 'Save' : 'Create'}</button></footer>
    </form>
  );
}

/** What was typed into a field as JSON. */
function parse(text: string, param: string) {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch (mistake) {
    throw new ApiFailure(400, 'What was typed is no JSON', null, null, [{ param, message: (mistake as Error).message }]);
  }
}
