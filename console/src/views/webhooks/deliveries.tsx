// What an endpoint was told, the newest first, by what came of it.

import type { Answer } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Empty, Skeleton, State, Time } from '../../parts/pieces';
import { Rows, type Column } from '../../parts/rows';
import { change, parameter } from '../../state/address';
import type { Pages } from '../../state/pages';
import { showLength } from '../../state/times';

export type Delivery = Answer<'/v1/webhooks/endpoints/{endpointId}/deliveries'>['data'][number];

const states = ['pending', 'delivered', 'failed'] as const;

/** Whether more than some tries have been made, and the last of them is over. */
export const isTried = (delivery: Delivery, more: number) => delivery.tries.length > more && delivery.tries.at(-1)!.outcome !== 'unknown';

const last = (delivery: Delivery) => delivery.tries.at(-1);

const columns: readonly Column<Delivery>[] = [
  { name: 'state', title: 'State', width: '84px', cell: delivery => <State name={delivery.state} /> },
  { name: 'type', title: 'Type', width: 'minmax(80px, 1fr)', cell: delivery => delivery.type },
  { name: 'at', title: 'Happened', width: '140px', cell: delivery => <Time at={delivery.happenedAt} /> },
  { name: 'tries', title: 'Tries', width: '36px', align: 'end', isWide: true, cell: delivery => delivery.tries.length },
  { name: 'status', title: 'Status', width: '48px', align: 'end', isWide: true, cell: delivery => last(delivery)?.status ?? '–' },
  { name: 'took', title: 'Took', width: '64px', align: 'end', isWide: true, cell: delivery => last(delivery)?.durationMs == null ? '–' : showLength(last(delivery)!.durationMs!) },
  { name: 'error', title: 'Error', width: 'minmax(80px, 2fr)', isWide: true, cell: delivery => (
    <>{delivery.nextAttemptAt && <>again <Time at={delivery.nextAttemptAt} /> </>}<span class="bad">{delivery.reason ?? last(delivery)?.error}</span></>
  ) },
];

export function Deliveries({ pages }: { pages: Pages<Delivery> }) {
  const state = parameter('state');
  return (
    <>
      <div class="toolbar">
        <h2>Deliveries</h2>
        <div class="states" role="group" aria-label="State">
          <button type="button" aria-pressed={!state} onClick={() => change({ state: null })}>all</button>
          {states.map(name => <button type="button" key={name} aria-pressed={state === name} onClick={() => change({ state: name })}>{name}</button>)}
        </div>
      </div>
      {pages.failure && pages.rows.length === 0 ? <Failure failure={pages.failure} retry={pages.reload} />
        : pages.isLoading && pages.rows.length === 0 ? <Skeleton />
          : pages.rows.length === 0 ? (
            <Empty title={state ? 'No delivery is like that' : 'It was told of nothing yet'}><p>{state ? 'Choose another state.' : 'A test shows whether it hears.'}</p></Empty>
          ) : (
            <Rows label="Deliveries, newest first" rows={pages.rows} columns={columns} keyOf={delivery => delivery.deliveryId} selected={parameter('delivery') || null} open={(delivery, how) => change({ delivery: delivery.deliveryId }, how)}
              more={pages.more} stateOf={delivery => delivery.state} footer={pages.failure ? <span class="bad">{pages.failure.message}</span> : pages.isWhole ? 'These are all.' : 'More is coming…'} />
          )}
    </>
  );
}
