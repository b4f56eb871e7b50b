// One run: its steps as they go on, what it gave, who was told of it, and what it replays or was replayed by.

import { useEffect, useState } from 'preact/hooks';
import { get, post, remove, type Answer } from '../../api/client';
import { followStream } from '../../api/live';
import { Copy } from '../../parts/copy';
import { Confirm } from '../../parts/dialog';
import { FailedPage } from '../../parts/failure';
import { Facts, Skeleton, State, Time } from '../../parts/pieces';
import { sayFailure } from '../../parts/toast';
import { change, open, parameter, pathOf, to } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';
import { minute, showLength } from '../../state/times';
import { Act } from './act';
import { withStep, type Step } from './gantt';
import { isOver, lengthOf, RunState } from './runList';
import { StepDetails } from './stepDetails';
import { Steps } from './steps';
import { OutputValue } from './values';

type Run = Answer<'/v1/runs/{runId}'>['data'];

export function RunPage({ id }: { id: string }) {
  const [isDeleting, setDeleting] = useState(false);
  const run = useResource(id, async signal => (await get('/v1/runs/{runId}', { path: { runId: id }, signal })).data, { once: true });
  const [isAwaited, setAwaited] = useState(false);
  const isUnderWay = run.data !== undefined && !isOver(run.data.status);
  const askSteps = async (signal?: AbortSignal) => (await get('/v1/runs/{runId}/steps', { path: { runId: id }, signal })).data;
  // After the run, so that they are at least as far, and once more when it is over: they may be asked while it ends.
  const steps = useResource(run.data ? `${id} ${isUnderWay}` : null, askSteps, { once: true });
  const [isReplayed, setReplayed] = useState(false);
  const replays = useResource(id, async signal => {
    const { data } = await get('/v1/runs/{runId}/replays', { path: { runId: id }, signal });
    setReplayed(data.some(one => !isOver(one.status)));
    return data;
  }, { once: !isReplayed });
  const justEnded = Date.now() - Date.parse(run.data?.completedAt ?? '') < 2 * minute;
  const deliveries = useResource(
    run.data && isOver(run.data.status) ? id : null,
    async signal => {
      const { data } = await get('/v1/runs/{runId}/deliveries', { path: { runId: id }, signal });
      setAwaited(data.some(one => one.nextAttemptAt));
      return data;
    },
    { once: !isAwaited && !justEnded });

  // What is told of steps changes those that are known.
  const isFollowed = isUnderWay && (steps.data ?? steps.failure) !== undefined;
  useEffect(() => {
    if (!isFollowed) return;
    const take = (data: string) => run.set(JSON.parse(data) as Run);
    return followStream({
      url: `/v1/runs/${encodeURIComponent(id)}/stream`,
      on: {
        step: data => steps.change(known => withStep(known, JSON.parse(data) as Step)),
        progress: take, complete: take, error: data => { if (data) take(data); }, timeout: run.reload,
      },
      poll: async () => {
        const [state, now] = await Promise.all([get('/v1/runs/{runId}', { path: { runId: id } }), askSteps()]);
        steps.set(now);
        run.set(state.data);
      },
      onState: () => { /* What is shown is of the last look either way. */ },
    });
  }, [id, isFollowed]);

  useKeys([{ keys: 'Escape', does: 'Back to the list', run: () => open(to('/runs')) }]);

  if (run.failure) return <FailedPage heading={<>Run <code>{id}</code></>} back="/runs" failure={run.failure} retry={run.reload} />;
  if (!run.data) return <Skeleton rows={8} />;
  const { data } = run;
  const cancel = () => post('/v1/runs/{runId}/cancel', undefined, { path: { runId: id } }).then(run.reload);
  const replay = async (from?: string) => {
    const answer = await post('/v1/runs/{runId}/replay', from ? { from } : undefined, { path: { runId: id } });
    open(to(pathOf('runs', answer.data.runId)));
  };
  const choose = (step: string | null) => change({ step }, { replace: true });
  const chosen = steps.data?.find(step => step.id === parameter('step'));
  return (
    <>
      <header class="toolbar">
        <a class="button" href={to('/runs')}>Back</a>
        <h1>Run <code>{id}</code></h1>
        <Copy text={id} label="Copy the id" />
        <RunState run={data} />
        <span class="grow" />
        {!isOver(data.status) && <Act action="Cancel" run={cancel} />}
        <Act action="Replay" title="Runs it once more, from its beginning" run={() => replay()} />
        {mayDefine.value && isOver(data.status) && <button type="button" class="danger" onClick={() => setDeleting(true)}>Delete</button>}
      </header>
      <div class={chosen ? 'beside open' : 'beside'}>
        <div class="sheets scroll">
          {data.errorMessage && <p class="bad" role="alert">{data.errorMessage}</p>}
          <Facts facts={[
            ['App', <a href={to(pathOf('apps', data.workflowId))}>{data.workflowId}</a>],
            ['Replay of', data.replayOf && <a href={to(pathOf('runs', data.replayOf))}>{data.replayOf}</a>],
            ['Waits for', data.waitsFor && <>room: {data.waitsFor.limit} of the app at once{data.waitsFor.key != null && <> for <code>{data.waitsFor.key}</code></>}</>],
            ['Submitted', <Time at={data.createdAt} milliseconds />],
            ['Began', <Time at={data.startedAt} milliseconds />],
            ['Ended', <Time at={data.completedAt} milliseconds />],
            ['Took', lengthOf(data)],
            ['Outputs', `${data.progress.completedOutputs} of ${data.progress.totalOutputs}${data.progress.failedOutputs ? `, ${data.progress.failedOutputs} failed` : ''}`],
          ]} />
          {!isOver(data.status) && <progress aria-label="How much is done" max={100} value={data.progress.percentComplete} />}
          {steps.failure ? <p class="bad" role="alert">Its steps: {steps.failure.message}</p> : steps.data && <Steps steps={steps.data} run={data} chosen={chosen?.id ?? ''} choose={choose} />}
          <section aria-label="Outputs">
            <h2>Outputs</h2>
            {data.outputs.map(output => <OutputValue key={output.id} output={output} />)}
          </section>
          {deliveries.data && deliveries.data.length > 0 && (
            <section aria-label="Deliveries">
              <h2>Deliveries</h2>
              <div class="scroll" tabIndex={0}>
                <table>
                  <thead><tr><th scope="col">To</th><th scope="col">Try</th><th scope="col">At</th><th scope="col">Outcome</th><th scope="col">Status</th><th scope="col" class="number">Took</th><th scope="col">Error</th><th scope="col">Next</th></tr></thead>
                  <tbody>
                    {deliveries.data.map(one => (
                      <tr key={`${one.endpointId} ${one.attempt} ${one.at}`}>
                        <td>{one.endpointId ? <a href={to(pathOf('webhooks', one.endpointId))}>{one.endpointId}</a> : 'its webhook'}</td><td>{one.attempt}</td><td><Time at={one.at} /></td><td class={one.delivered ? 'good' : 'bad'}>{one.outcome}</td><td>{one.status ?? '–'}</td>
                        <td class="number">{one.durationMs == null ? '–' : showLength(one.durationMs)}</td><td>{one.error}</td><td>{one.nextAttemptAt && <Time at={one.nextAttemptAt} />}</td>
                      </tr>
                    ))}
                  </tbody>
                </table>
              </div>
            </section>
          )}
          {replays.data && replays.data.length > 0 && (
            <section aria-label="Replays">
              <h2>Replays</h2>
              <ul>{replays.data.map(one => <li key={one.runId}><State name={one.status} /> <a href={to(pathOf('runs', one.runId))}>{one.runId}</a> <Time at={one.createdAt} /></li>)}</ul>
            </section>
          )}
        </div>
        {chosen && <StepDetails key={chosen.id} step={chosen} choose={choose} replay={isOver(data.status) ? () => replay(chosen.id) : null} />}
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
