// One run: its state as it goes on, what it gave, and who was told of it.

import { useEffect, useState } from 'preact/hooks';
import { get, post, remove, type Answer } from '../../api/client';
import { followStream } from '../../api/live';
import { Copy } from '../../parts/copy';
import { Confirm } from '../../parts/dialog';
import { Failure } from '../../parts/failure';
import { Facts, Json, Skeleton, State, Time } from '../../parts/pieces';
import { sayFailure } from '../../parts/toast';
import { open, pathOf, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';
import { minute, showLength } from '../../state/times';
import { isOver, lengthOf } from './runList';

type Run = Answer<'/v1/runs/{runId}'>['data'];
type Output = Run['outputs'][number];

export function RunPage({ id }: { id: string }) {
  const [isDeleting, setDeleting] = useState(false);
  const run = useResource(id, async signal => (await get('/v1/runs/{runId}', { path: { runId: id }, signal })).data, { once: true });
  const [isAwaited, setAwaited] = useState(false);
  const justEnded = Date.now() - Date.parse(run.data?.completedAt ?? '') < 2 * minute;
  const deliveries = useResource(
    run.data && isOver(run.data.status) ? id : null,
    async signal => {
      const { data } = await get('/v1/runs/{runId}/deliveries', { path: { runId: id }, signal });
      setAwaited(data.some(one => one.nextAttemptAt));
      return data;
    },
    { once: !isAwaited && !justEnded });
  const isUnderWay = run.data !== undefined && !isOver(run.data.status);

  useEffect(() => {
    if (!isUnderWay) return;
    const take = (data: string) => run.set(JSON.parse(data) as Run);
    return followStream({
      url: `/v1/runs/${encodeURIComponent(id)}/stream`,
      on: { progress: take, complete: take, error: data => { if (data) take(data); }, timeout: run.reload },
      poll: async () => run.set((await get('/v1/runs/{runId}', { path: { runId: id } })).data),
      onState: () => { /* What is shown is of the last look either way. */ },
    });
  }, [id, isUnderWay]);

  useKeys([{ keys: 'Escape', does: 'Back to the list', run: () => open(to('/runs')) }]);

  if (run.failure) return <Failure failure={run.failure} retry={run.reload} />;
  if (!run.data) return <Skeleton rows={8} />;
  const { data } = run;
  const cancel = () => post('/v1/runs/{runId}/cancel', undefined, { path: { runId: id } }).then(run.reload, sayFailure);
  return (
    <>
      <header class="toolbar">
        <a class="button" href={to('/runs')}>Back</a>
        <h1>Run <code>{id}</code></h1>
        <Copy text={id} label="Copy the id" />
        <State name={data.status} />
        <span class="grow" />
        {!isOver(data.status) && <button type="button" onClick={() => void cancel()}>Cancel</button>}
        {mayDefine.value && isOver(data.status) && <button type="button" class="danger" onClick={() => setDeleting(true)}>Delete</button>}
      </header>
      <div class="sheets">
        {data.errorMessage && <p class="bad" role="alert">{data.errorMessage}</p>}
        <Facts facts={[
          ['App', <a href={to(pathOf('apps', data.workflowId))}>{data.workflowId}</a>],
          ['Submitted', <Time at={data.createdAt} milliseconds />],
          ['Began', <Time at={data.startedAt} milliseconds />],
          ['Ended', <Time at={data.completedAt} milliseconds />],
          ['Took', lengthOf(data)],
          ['Outputs', `${data.progress.completedOutputs} of ${data.progress.totalOutputs}${data.progress.failedOutputs ? `, ${data.progress.failedOutputs} failed` : ''}`],
        ]} />
        {!isOver(data.status) && <progress aria-label="How much is done" max={100} value={data.progress.percentComplete} />}
        <section aria-label="Outputs">
          <h2>Outputs</h2>
          {data.outputs.map(output => <OutputValue key={output.id} output={output} />)}
        </section>
        {deliveries.data && deliveries.data.length > 0 && (
          <section aria-label="Deliveries">
            <h2>Deliveries</h2>
            <div class="scroll" tabIndex={0}>
              <table>
                <thead><tr><th scope="col">Try</th><th scope="col">At</th><th scope="col">Outcome</th><th scope="col">Status</th><th scope="col" class="number">Took</th><th scope="col">Error</th><th scope="col">Next</th></tr></thead>
                <tbody>
                  {deliveries.data.map(one => (
                    <tr key={`${one.attempt} ${one.at}`}>
                      <td>{one.attempt}</td><td><Time at={one.at} /></td><td class={one.delivered ? 'good' : 'bad'}>{one.outcome}</td><td>{one.status ?? '–'}</td>
                      <td class="number">{one.durationMs == null ? '–' : showLength(one.durationMs)}</td><td>{one.error}</td><td>{one.nextAttemptAt && <Time at={one.nextAttemptAt} />}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          </section>
        )}
      </div>
      {isDeleting && (
        <Confirm
          title="Delete this run?"
          text="Its outputs and deliveries go with it. This cannot be taken back."
          action="Delete"
          close={() => setDeleting(false)}
          run={() => remove('/v1/runs/{runId}', { path: { runId: id } }).then(() => open(to('/runs'), { replace: true }), sayFailure)}
        />
      )}
    </>
  );
}

const isWeb = (text: string) => /^https?:\/\//i.test(text);

/** What a run gave. Pictures are links: the page loads nothing from elsewhere. */
function OutputValue({ output }: { output: Output }) {
  const { value } = output;
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  return (
    <article class="output">
      <h3>{output.label} <State name={output.status} /> {value != null && <Copy text={text} label={`Copy ${output.label}`} />}</h3>
      {output.error && <p class="bad">{output.error}</p>}
      {value == null ? null
        : typeof value === 'string' && isWeb(value) && output.type === 'url' ? <a href={value} target="_blank" rel="noopener noreferrer">{value}</a>
          : typeof value === 'string' ? <pre tabIndex={0}>{value}</pre>
            : <Json value={value} />}
    </article>
  );
}
