// The overview: what came in over the range and what is on fire. Each number leads to its view.

import { get } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Figure, showBytes, showNumber, showShare, showSpend } from '../../parts/pieces';
import { to } from '../../state/address';
import { interval, range, rangeKey, rangeQuery } from '../../state/range';
import { useResource } from '../../state/resource';
import { project as chosen } from '../../state/session';
import { Begin } from './begin';
import { Charts } from './charts';
import { Fire } from './fire';
import { errorsOf, isNew, shareOf, sumLevels } from './sums';

const failing = 0.05;
const nearlyUsed = 0.9;
const none = '–';

export function Overview() {
  const id = chosen.value?.id ?? null;
  const key = rangeKey.value;
  const stats = useResource(key, signal => get('/v1/logs/stats', { query: { ...rangeQuery.value, interval: interval.value }, signal }));
  const project = useResource(id && `${key} ${id}`, signal => get('/v1/projects/{id}/overview', { path: { id: id! }, query: rangeQuery.value, signal }));
  const account = useResource('account', signal => get('/v1/account/usage', { signal }));
  const plan = useResource('plan', signal => get('/v1/organization', { signal }));

  const levels = stats.data && sumLevels(stats.data.buckets);
  const errors = levels && errorsOf(levels);
  // Without errors in the counts there are none to be asked for.
  const logs = useResource(errors ? key : null, signal => get('/v1/logs', { query: { ...rangeQuery.value, min_level: 'error', limit: 5 }, signal }));
  const runs = account.data?.data.runs;
  const failed = useResource(runs?.failed ? 'failed' : null, signal => get('/v1/runs', { query: { status: 'failed', limit: 5 }, signal }));
  const alerts = useResource('alerts', signal => get('/v1/alerts', { query: { limit: 100 }, signal }));
  const endpoints = useResource('endpoints', signal => get('/v1/webhooks/endpoints', { query: { limit: 100 }, signal }));
  const isInRange = ({ completedAt, createdAt }: { completedAt?: string | null; createdAt: string }) => Date.parse(completedAt ?? createdAt) >= range.value.start.getTime();
  const usage = plan.data?.data.usage;
  const kpis = project.data?.kpis;

  if (isNew({ createdAt: plan.data?.data.createdAt, entries: stats.data?.total, requests: id ? kpis?.totalRequests : 0, runs: runs?.total, bytesUsed: usage?.logs.bytesUsed, eventsUsed: usage?.traces.eventsUsed }, Date.now())) {
    return <><h1 class="off-screen">Overview</h1><Begin /></>;
  }

  const bytes = usage && shareOf(usage.logs.bytesUsed, usage.logs.bytesPerMonth);
  const events = usage && shareOf(usage.traces.eventsUsed, usage.traces.eventsPerMonth);
  const broken = [stats, project, account, plan].find(one => one.failure && one.data === undefined);

  return (
    <div class="sheets overview">
      <h1 class="off-screen">Overview</h1>
      {broken?.failure && <Failure failure={broken.failure} retry={() => { for (const one of [stats, project, account, plan]) if (one.failure) one.reload(); }} />}
      <section aria-label={`Numbers of the ${range.value.label}`}>
        <div class="figures">
          <Figure name="Errors in logs" value={errors === undefined ? none : showNumber(errors)} note={levels ? `${showNumber(levels.warn)} warnings` : ' '} href={to('/logs', { query: 'level:>=error' })} isBad={!!errors} />
          <Figure name="Log entries" value={stats.data ? showNumber(stats.data.total) : none} note={range.value.label} href={to('/logs')} />
          <Figure name="Requests" value={kpis ? showNumber(kpis.totalRequests) : none} note={kpis ? `${Math.round(kpis.avgLatency).toLocaleString('en')} ms on average` : ' '} href={to('/traces')} />
          <Figure name="Error rate" value={kpis ? showShare(kpis.errorRate) : none} note="of requests" href={to('/performance')} isBad={!!kpis && kpis.errorRate > failing} />
          <Figure name="Spend" value={kpis ? showSpend(kpis.totalCost, kpis.unpricedRequests) : none} note={kpis && kpis.unpricedRequests > 0 ? `without ${showNumber(kpis.unpricedRequests)} of unknown price` : project.data?.topModels[0] ? `most of it ${project.data.topModels[0].model}` : ' '} href={to('/costs')} />
          <Figure name="Runs this month" value={runs ? showNumber(runs.total) : none} note={runs ? `${showNumber(runs.failed)} failed, ${showNumber(runs.running + runs.queued)} under way` : ' '} href={to('/runs')} />
          <Figure name="Logs of the plan" value={bytes === undefined ? none : showShare(bytes)} note={usage ? `${showBytes(usage.logs.bytesUsed)} of ${showBytes(usage.logs.bytesPerMonth)}` : ' '} href={to('/keys', { tab: 'usage' })} isBad={(bytes ?? 0) > nearlyUsed} />
          <Figure name="Events of the plan" value={events === undefined ? none : showShare(events)} note={usage ? `${showNumber(usage.traces.eventsUsed)} of ${showNumber(usage.traces.eventsPerMonth)}` : ' '} href={to('/keys', { tab: 'usage' })} isBad={(events ?? 0) > nearlyUsed} />
        </div>
      </section>
      <Charts stats={stats} project={project} />
      <Fire alerts={alerts} endpoints={endpoints} logs={{ ...logs, isNone: errors === 0 }} project={{ ...project, isNone: !id }} runs={{ ...failed, data: failed.data && { ...failed.data, data: failed.data.data.filter(isInRange) }, isNone: runs?.failed === 0 }} />
    </div>
  );
}
