// How fast answers came, and how many failed; hours that depart from what is usual are marked.

import { useMemo } from 'preact/hooks';
import { get } from '../../api/client';
import { Chart } from '../../parts/chart';
import { Failure } from '../../parts/failure';
import { Empty, Figure, showNumber, showShare, Skeleton, Time } from '../../parts/pieces';
import { to } from '../../state/address';
import { rangeKey, rangeQuery } from '../../state/range';
import { useResource } from '../../state/resource';
import { project } from '../../state/session';
import { showLength } from '../../state/times';
import { AlertOn } from '../alerts/alertOn';

const percentiles = [['p50', '--one'], ['p90', '--two'], ['p95', '--three'], ['p99', '--error']] as const;
const shownAnomalies = 20;

export const Performance = () => <><h1 class="off-screen">Performance</h1><Report /></>;

function Report() {
  const projectId = project.value?.id;
  const key = projectId ? `${projectId} ${rangeKey.value}` : null;
  const performance = useResource(key, signal => get('/v1/performance', { query: { projectId, ...rangeQuery.value }, signal }));
  // These count among the 20 an hour of questions in words: they are asked once for a range.
  const found = useResource(key, signal => get('/v1/ai/anomalies', { query: { projectId, ...rangeQuery.value }, signal }), { once: true });
  const anomalies = useMemo(() => (found.data?.anomalies ?? []).filter(one => one.expected > 0).sort((one, other) => Math.abs(other.deviation) - Math.abs(one.deviation)).slice(0, shownAnomalies), [found.data]);
  const drawn = useMemo(() => performance.data && {
    times: performance.data.timeline.map(one => Date.parse(one.start)),
    latency: percentiles.map(([name, colour]) => ({ name, colour, values: performance.data!.timeline.map(one => one.requests ? one.latency[name] : null) })),
    requests: [
      { name: 'succeeded', colour: '--one', values: performance.data.timeline.map(one => one.requests - one.errors) },
      { name: 'failed', colour: '--error', values: performance.data.timeline.map(one => one.errors) },
    ],
  }, [performance.data]);
  const markers = useMemo(() => anomalies.map(one => ({ at: Date.parse(one.hour), text: `${one.metric} ${one.direction}` })), [anomalies]);

  if (performance.failure && !performance.data) return <Failure failure={performance.failure} retry={performance.reload} />;
  if (!performance.data || !drawn) return <Skeleton rows={10} />;
  const { latency, avgTtft, tokensPerSecond, timeoutRate, byModel } = performance.data;
  if (byModel.length === 0) return <Empty title="No requests in the range"><p>Choose a longer range.</p></Empty>;
  return (
    <div class="sheets">
      <div class="figures">
        <Figure name="Half are within" value={showLength(latency.p50)} note={`p95 ${showLength(latency.p95)}, p99 ${showLength(latency.p99)}`} />
        <Figure name="First token" value={avgTtft ? showLength(avgTtft) : '–'} note={avgTtft ? 'on average' : 'no event says'} />
        <Figure name="Tokens a second" value={showNumber(tokensPerSecond)} />
        <Figure name="Timeouts" value={showShare(timeoutRate)} isBad={timeoutRate > 0.05} href={to('/traces', { status: 'timeout' })} />
      </div>
      <section><h2>Latency <AlertOn metric="latency_ms" /></h2><Chart label="Percentiles of latency over time" kind="lines" height={180} times={drawn.times} series={drawn.latency} show={showLength} markers={markers} /></section>
      <section><h2>Requests <AlertOn metric="error_rate" /></h2><Chart label="Requests over time, with those that failed" kind="bars" height={110} times={drawn.times} series={drawn.requests} /></section>
      <section>
        <h2>By model</h2>
        <div class="scroll" tabIndex={0} role="region" aria-label="By model">
          <table>
            <thead><tr><th scope="col">Model</th><th scope="col" class="number">Requests</th><th scope="col" class="number">p50</th><th scope="col" class="number">p95</th><th scope="col" class="number">p99</th><th scope="col" class="number">First token</th><th scope="col" class="number">Tokens/s</th><th scope="col" class="number">Failed</th></tr></thead>
            <tbody>
              {byModel.map(one => (
                <tr key={one.model}>
                  <th scope="row"><a href={to('/traces', { model: one.model })}>{one.model}</a></th>
                  <td class="number">{showNumber(one.requests)}</td><td class="number">{showLength(one.latency.p50)}</td><td class="number">{showLength(one.latency.p95)}</td><td class="number">{showLength(one.latency.p99)}</td>
                  <td class="number">{one.avgTtft ? showLength(one.avgTtft) : '–'}</td><td class="number">{showNumber(one.tokensPerSecond)}</td><td class={one.errorRate > 0.05 ? 'number bad' : 'number'}>{showShare(one.errorRate)}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </section>
      {anomalies.length > 0 && (
        <section>
          <h2>Unusual hours</h2>
          <ul>{anomalies.map(one => <li key={`${one.hour} ${one.metric}`}><Time at={one.hour} /> {one.metric.replaceAll('_', ' ')} {one.direction}: {showNumber(one.value)} where {showNumber(one.expected)} is usual</li>)}</ul>
        </section>
      )}
    </div>
  );
}
