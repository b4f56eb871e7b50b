// All that an entry holds, and what happened around it.

import { get } from '../../api/client';
import { Copy } from '../../parts/copy';
import { Drawer } from '../../parts/drawer';
import { Failure } from '../../parts/failure';
import { Json, Skeleton, State, Time } from '../../parts/pieces';
import { change, to } from '../../state/address';
import { useResource } from '../../state/resource';
import { leavesOf, type Entry } from './entries';
import { Filter } from './facets';
import { termOf } from './terms';

interface Details { type?: string; message?: string; stack_trace?: readonly string[]; context?: unknown }

export function EntryDetails({ id, known, close }: { id: string; known: Entry | undefined; close: () => void }) {
  const context = useResource(id, signal => get('/v1/logs/{logId}/context', { path: { logId: id }, query: { before: 20, after: 20 }, signal }), { once: true });
  const entry = known ?? context.data?.entry as Entry | undefined;
  if (!entry) {
    return <Drawer title="Entry" label="Entry" close={close}>{context.failure ? <Failure failure={context.failure} retry={context.reload} /> : <Skeleton />}</Drawer>;
  }
  const error = entry.error as Details | null | undefined;
  return (
    <Drawer
      title={<><State name={entry.level} /> <Time at={entry.timestamp} milliseconds /></>}
      label="Entry"
      close={close}
      actions={<><Copy text={() => JSON.stringify(entry, null, 2)} label="Copy as JSON" />{entry.trace_id && <a class="button" href={to('/traces', { trace: entry.trace_id })} title="Shows the trace it belongs to">Trace</a>}</>}
    >
      <div><pre class="message" tabIndex={0}>{entry.message}</pre></div>
      {error && (
        <section class="error">
          <h3>{[error.type, error.message].filter(Boolean).join(': ')}</h3>
          {error.stack_trace && <pre tabIndex={0}>{error.stack_trace.join('\n')}</pre>}
          {error.context !== undefined && error.context !== null && <Json value={error.context} />}
        </section>
      )}
      <table class="leaves">
        <tbody>
          {leavesOf(entry).map(([name, value]) => <tr key={name}><th scope="row">{name}</th><td>{value}</td><td><Filter field={name} value={value} /></td></tr>)}
        </tbody>
      </table>
      {entry.trace_id && <p><a href={to('/logs', { query: termOf('trace_id', entry.trace_id) })}>All entries of this trace</a></p>}
      <details><summary>JSON</summary><Json value={entry} /></details>
      <section>
        <h3>Around it</h3>
        {context.failure ? <Failure failure={context.failure} retry={context.reload} /> : !context.data ? <Skeleton /> : (
          <ol class="around">
            {[...context.data.after as readonly Entry[], context.data.entry as Entry, ...context.data.before as readonly Entry[]].map(one => (
              <li key={one.id} aria-current={one.id === id}>
                <button type="button" onClick={() => change({ entry: one.id })}><Time at={one.timestamp} milliseconds /> <State name={one.level} /> {one.message.slice(0, 400)}</button>
              </li>
            ))}
          </ol>
        )}
      </section>
    </Drawer>
  );
}
