// Sends an endpoint what it has missed since a time.

import { ApiFailure, post, type Answer } from '../../api/client';
import { Field, FormDialog } from '../../parts/form';
import { zone } from '../../state/preferences';
import { parseTime, showMinute } from '../../state/times';
import type { Endpoint } from './endpoint';

export type Replayed = Answer<'/v1/webhooks/endpoints/{endpointId}/replay', 'post'>['data'];

interface ReplayProps { endpoint: Endpoint; close: () => void; done: (replayed: Replayed) => void }

export const Replay = ({ endpoint: { endpointId, failingSince }, close, done }: ReplayProps) => (
  <FormDialog title="Send what it has missed" action="Send" close={close} send={async field => {
    const since = parseTime(field('since'), new Date(), zone.value);
    if (!since) throw new ApiFailure(400, 'That is no time', null, null, [{ param: 'since', message: 'Such as yesterday 14:00, -2h or 2026-11-27 14:00' }]);
    done((await post('/v1/webhooks/endpoints/{endpointId}/replay', { since: since.toISOString() }, { path: { endpointId } })).data);
  }}>
    <p>All messages that it asks for and has not taken, the newest 1,000 of them, also those from before it was made. Those on their way to it are left alone.</p>
    <Field name="since" title="Since" note="Such as yesterday 14:00, -2h or 2026-11-27 14:00" required autofocus spellcheck={false} value={failingSince ? showMinute(new Date(failingSince), zone.value) : '-24h'} />
  </FormDialog>
);

const countOf = (count: number) => `${count.toLocaleString('en')} ${count === 1 ? 'message' : 'messages'}`;

/** How many were ordered, and whether there are more. */
export const ReplaySaid = ({ replayed: { count, hasMore } }: { replayed: Replayed }) => (
  <p role="status">
    {count === 0 ? 'It has missed nothing since then.' : `${countOf(count)} ${count === 1 ? 'is' : 'are'} sent to it before long.`}
    {hasMore && ' There are more: once these have arrived, the same again takes the next.'}
  </p>
);
