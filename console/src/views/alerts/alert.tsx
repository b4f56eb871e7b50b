// What an alert is, in words and drawn.

import type { Answer } from '../../api/client';
import { showCost, showNumber, showShare, State } from '../../parts/pieces';
import { to } from '../../state/address';
import { showLength } from '../../state/times';

export type Alert = Answer<'/v1/alerts/{alertId}'>['data'];

/** What an alert says of its condition: so does each of its changes, as it was then. */
export type Condition = Pick<Alert, 'query' | 'projectId' | 'metric' | 'window' | 'threshold' | 'direction'>;

/** What can be measured of events: the name in the API, in words, and how a value is shown. */
export const metrics = [
  ['error_rate', 'share of errors', showShare],
  ['cost_usd', 'cost', showCost],
  ['latency_ms', 'latency (p95)', showLength],
  ['token_count', 'tokens', showNumber],
  ['request_count', 'requests', showNumber],
] as const;

const metricOf = ({ metric }: Pick<Condition, 'metric'>) => metrics.find(([name]) => name === metric);

/** A value of what an alert measures. */
export const showValue = (condition: Pick<Condition, 'metric'>, value: number) => (metricOf(condition)?.[2] ?? showNumber)(value);

/** What an alert measures. */
const subjectOf = (condition: Pick<Condition, 'metric'>) => metricOf(condition)?.[1] ?? 'entries';

/** When it fires. */
export const inWords = (condition: Condition) =>
  `${subjectOf(condition)} ${condition.direction} ${showValue(condition, condition.threshold)} in ${condition.window}`;

/** Where what it measures is looked at. */
export const placeOf = ({ query, projectId, metric }: Pick<Condition, 'query' | 'projectId' | 'metric'>) =>
  query !== null ? to('/logs', { query }) : to(metric === 'cost_usd' ? '/costs' : '/performance', { project: projectId! });

export const stateOf = ({ active, state, lastError }: Alert) => !active ? 'inactive' : lastError ? 'not_evaluated' : state;

export const AlertState = ({ alert }: { alert: Alert }) => <State name={stateOf(alert)} />;

/** The value beside its threshold: a bar, with a mark where it fires. */
export function Against({ alert }: { alert: Alert }) {
  const { value, threshold, state } = alert;
  const most = Math.max(2 * threshold, 1.1 * (value ?? 0)) || 1;
  return (
    <span class="against">
      <span class="gauge" aria-hidden="true">
        <i data-state={state} style={{ width: `${((value ?? 0) / most) * 100}%` }} />
        <b style={{ left: `${(threshold / most) * 100}%` }} />
      </span>
      <span><span class={state === 'firing' ? 'bad' : ''}>{value === null ? 'no value' : showValue(alert, value)}</span> <span class="quiet">of {showValue(alert, threshold)}</span></span>
    </span>
  );
}
