// Traces: a list with filters, one of them as a waterfall, and sessions and users as ways in.

import { Tabs } from '../../parts/tabs';
import { parameter } from '../../state/address';
import { Accounts } from './accounts';
import { TraceList } from './traceList';
import { Trace } from './waterfall';

const tabs = [['traces', 'Traces'], ['sessions', 'Sessions'], ['users', 'Users']] as const;

export function Traces() {
  const trace = parameter('trace');
  if (trace) return <Trace key={trace} id={trace} />;
  const tab = tabs.find(([name]) => name === parameter('tab'))?.[0] ?? 'traces';
  return (
    <>
      <h1 class="off-screen">Traces</h1>
      <Tabs label="Traces" path="/traces" tabs={tabs} current={tab} />
      {tab === 'traces' ? <TraceList /> : <Accounts key={tab} kind={tab} />}
    </>
  );
}
