// What was spent: by day, by model and by user, with a forecast.

import { useMemo } from 'preact/hooks';
import { get, type Answer } from '../../api/client';
import { Chart, type Series } from '../../parts/chart';
import { Failure } from '../../parts/failure';
import { Empty, Figure, showCost, showNumber, showShare, showSpend, Skeleton, Time } from '../../parts/pieces';
import { Tabs } from '../../parts/tabs';
import { parameter, to } from '../../state/address';
import { rangeKey, rangeQuery } from '../../state/range';
import { useResource } from '../../state/resource';
import { project } from '../../state/session';
import { AlertOn } from '../alerts/alertOn';
import { Ask } from './ask';
import { Bars } from './bars';

type Costs = Answer<'/v1/costs'>;

const tabs = [['models', 'By model'], ['users', 'By user']] as const;
const colours = ['--one', '--two', '--three', '--four', '--five'];

/** The series of the chart: the dearest models, and the rest as one. */
export function seriesOf({ daily, dailyByModel }: Costs): readonly Series[] {
  const first = dailyByModel.filter(one => one.model !== null).slice(0, colours.length);
  const named = first.map((one, at) => ({ name: one.model!, colour: colours[at]!, values: one.costs }));
  const rest = daily.map((one, at) => Math.max(0, one.cost - first.reduce((sum, model) => sum + (model.costs[at] ?? 0), 0)));
  return rest.some(value => value > 1e-9) ? [...named, { name: 'others', colour: '--rest', values: rest }] : named;
}

export const Costs = () => <><h1 class="off-screen">Costs</h1><Report /></>;

function Report() {
  const projectId = project.value?.id;
  const tab = tabs.find(([name]) => name === parameter('tab'))?.[0] ?? 'models';
  const costs = useResource(projectId ? `${projectId} ${rangeKey.value}` : null, signal => get('/v1/costs', { query: { projectId, ...rangeQuery.value }, signal }));
  const drawn = useMemo(() => costs.data && { times: costs.data.daily.map(one => Date.parse(`${one.date}T00:00:00Z`)), series: seriesOf(costs.data) }, [costs.data]);

  if (costs.failure && !costs.data) return <Failure failure={costs.failure} retry={costs.reload} />;
  if (!costs.data || !drawn) return <Skeleton rows={10} />;
  const { byModel, monthToDate, forecast30d, cacheUtilization, unpricedRequests } = costs.data;
  const sum = byModel.reduce((total, one) => total + one.cost, 0);
  const tokens = byModel.reduce((total, one) => total + one.inputTokens + one.outputTokens, 0);
  return (
    <div class="sheets">
      <div class="figures">
        <Figure name="In the range" value={showSpend(sum, unpricedRequests)} note={unpricedRequests > 0 && `without ${showNumber(unpricedRequests)} of unknown price`} />
        <Figure name="This month" value={showCost(monthToDate)} />
        <Figure name="Next 30 days" value={showCost(forecast30d)} note="as it goes on" />
        <Figure name="Tokens" value={showNumber(tokens)} />
        <Figure name="From the cache" value={showShare(cacheUtilization)} note="of input tokens" />
      </div>
      {byModel.length === 0 ? <Empty title="No requests in the range"><p>Choose a longer range.</p></Empty> : (
        <>
          <section><h2>By day <span class="quiet">(UTC)</span> <AlertOn metric="cost_usd" /></h2><Chart label={`Cost by day, ${showCost(sum)} in all`} kind="bars" height={180} show={showCost} narrows={false} {...drawn} /></section>
          <Tabs label="Costs" path="/costs" tabs={tabs} current={tab} />
          {tab === 'models'
            ? <Bars head="Model" rows={byModel.map(one => ({ name: one.model, href: to('/traces', { model: one.model }), cost: one.cost, unpriced: one.unpricedRequests, requests: one.requests, tokens: one.inputTokens + one.outputTokens }))} />
            : <ByUser projectId={projectId!} />}
        </>
      )}
      <Ask projectId={projectId!} />
    </div>
  );
}

/** It reads events, not figures: it is asked when it is looked at, and not each minute. */
function ByUser({ projectId }: { projectId: string }) {
  const costs = useResource(`${projectId} ${rangeKey.value}`, signal => get('/v1/costs', { query: { projectId, ...rangeQuery.value, groupBy: 'user' }, signal }), { once: true });
  if (costs.failure) return <Failure failure={costs.failure} retry={costs.reload} />;
  if (!costs.data) return <Skeleton />;
  const byUser = costs.data.byUser;
  if (!byUser || byUser.users.length === 0) return <p class="quiet">No event in the range names its user.</p>;
  const { users, others, completeSince } = byUser;
  return (
    <>
      <Bars
        head="User"
        rows={[
          ...users.map(one => ({ name: one.userId ?? 'nobody', href: one.userId ? to('/traces', { userId: one.userId }) : undefined, cost: one.cost, unpriced: one.unpricedRequests, requests: one.requests, tokens: one.inputTokens + one.outputTokens })),
          ...(others.users > 0 ? [{ name: `${others.users.toLocaleString('en')} others`, isRest: true, href: undefined, cost: others.cost, unpriced: others.unpricedRequests, requests: others.requests, tokens: others.inputTokens + others.outputTokens }] : []),
        ]}
      />
      {completeSince && <p class="quiet">Events before <Time at={completeSince} /> are not counted.</p>}
    </>
  );
}
