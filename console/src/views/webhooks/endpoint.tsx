// What an endpoint is, in words.

import type { Answer } from '../../api/client';
import { showShare, State } from '../../parts/pieces';
import { showLength } from '../../state/times';

export type Endpoint = Answer<'/v1/webhooks/endpoints/{endpointId}'>['data'];

/** Below this share of deliveries that are taken, something is wrong. */
const fair = 0.95;

export const stateOf = ({ active, switchedOffReason, failingSince }: Endpoint) =>
  active ? (failingSince ? 'failing' : 'active') : switchedOffReason ? 'switched_off' : 'inactive';

export const EndpointState = ({ endpoint }: { endpoint: Endpoint }) => <State name={stateOf(endpoint)} />;

/** How many of its last deliveries it has taken, and how quickly. */
export function Health({ health }: { health: Endpoint['health'] }) {
  if (!health) return null;
  const { deliveries, successShare, medianMs, p95Ms } = health;
  if (successShare === null) return <span class="quiet">no delivery yet</span>;
  return (
    <>
      <span class={successShare < fair ? 'bad' : 'good'}>{successShare < fair ? '✕' : '✓'} {showShare(successShare)}</span>
      <span class="quiet"> of the last {deliveries}{medianMs !== null && p95Ms !== null && ` · ${showLength(medianMs)}, p95 ${showLength(p95Ms)}`}</span>
    </>
  );
}
