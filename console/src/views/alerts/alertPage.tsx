// One alert: how it stands, and when it fired.

import { useState } from 'preact/hooks';
import { get, remove, type Answer } from '../../api/client';
import { Confirm } from '../../parts/dialog';
import { FailedPage, Failure } from '../../parts/failure';
import { More } from '../../parts/more';
import { Facts, Skeleton, State, Time } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { open, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { pageOf, usePages } from '../../state/pages';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';
import { Against, AlertState, inWords, placeOf, showValue, type Alert } from './alert';
import { AlertForm } from './alertForm';

type Change = Answer<'/v1/alerts/{alertId}/history'>['data'][number];

export function AlertPage({ id }: { id: string }) {
  const path = { alertId: id };
  const [panel, setPanel] = useState<'change' | 'remove' | null>(null);
  const shown = useResource(id, async signal => (await get('/v1/alerts/{alertId}', { path, signal })).data);
  const changes = usePages<Change>(id, async (cursor, signal) => pageOf(await get('/v1/alerts/{alertId}/history', { path, query: { limit: 50, cursor }, signal })), change => change.changeId);
  useKeys([{ keys: 'Escape', does: 'Back to the list', run: () => open(to('/alerts')) }]);
  const close = () => setPanel(null);

  if (shown.failure && !shown.data) return <FailedPage heading={<>Alert <code>{id}</code></>} back="/alerts" failure={shown.failure} retry={shown.reload} />;
  if (!shown.data) return <Skeleton rows={8} />;
  const alert: Alert = shown.data;
  return (
    <>
      <header class="toolbar">
        <a class="button" href={to('/alerts')}>Back</a>
        <h1><bdi>{alert.name}</bdi></h1>
        <AlertState alert={alert} />
        <span class="grow" />
        {mayDefine.value && (
          <>
            <button type="button" onClick={() => setPanel('change')}>Change</button>
            <button type="button" class="danger" onClick={() => setPanel('remove')}>Remove</button>
          </>
        )}
      </header>
      <div class="sheets scroll" tabIndex={0} role="region" aria-label="The alert">
        {alert.lastError && <p class="bad">It could not be evaluated, so it stands as it stood before: <bdi>{alert.lastError}</bdi></p>}
        <Facts facts={[
          ['Value', <Against alert={alert} />],
          ['Fires with', inWords(alert)],
          [alert.query === null ? 'Of' : 'Question', <a href={placeOf(alert)}>{alert.query === null ? 'the requests of the project' : <code><bdi>{alert.query}</bdi></code>}</a>],
          ['Stands so since', <Time at={alert.since} />],
          ['Judged up to', <Time at={alert.judgedTo} />],
          ['Id', <code>{alert.alertId}</code>],
        ]} />
        <section>
          <h2>History</h2>
          {changes.failure && changes.rows.length === 0 ? <Failure failure={changes.failure} retry={changes.reload} />
            : changes.rows.length === 0 ? <p class="quiet">{changes.isLoading ? ' ' : 'It has not fired yet.'}</p>
              : (
                <table>
                  <thead><tr><th scope="col">When</th><th scope="col">What</th><th scope="col">Value</th><th scope="col">It fired with</th></tr></thead>
                  <tbody>
                    {changes.rows.map(change => (
                      <tr key={change.changeId}><td><Time at={change.at} /></td><td><State name={change.type === 'alert.fired' ? 'firing' : 'resolved'} /></td><td>{change.value === null ? '–' : showValue(change, change.value)}</td><td>{inWords(change)}</td></tr>
                    ))}
                  </tbody>
                </table>
              )}
          <More pages={changes} of="changes" />
        </section>
      </div>
      {panel === 'change' && <AlertForm title="Change the alert" action="Save" known={alert} close={close} done={() => { close(); shown.reload(); }} />}
      {panel === 'remove' && (
        <Confirm title="Remove this alert?" text={alert.state === 'firing' ? 'It fires now. Nobody is told of its end.' : 'Its history stays for 90 days, and shows again in an alert of the same id.'} action="Remove" close={close} run={() => remove('/v1/alerts/{alertId}', { path }).then(() => { say('The alert is removed'); open(to('/alerts'), { replace: true }); }, sayFailure)} />
      )}
    </>
  );
}
