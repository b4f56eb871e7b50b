// The way from what somebody looks at to an alert on it.

import { to } from '../../state/address';
import { mayDefine } from '../../state/session';

interface AlertOnProps { query?: string; metric?: string }

export const AlertOn = ({ query = '', metric = '' }: AlertOnProps) => mayDefine.value
  ? <a class="button" title="Be told when this crosses a threshold" href={to('/alerts', { make: '1', ask: query, metric })}>Alert…</a>
  : null;
