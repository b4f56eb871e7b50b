import { get, post } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Skeleton, Time } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { useResource } from '../../state/resource';

/** Rows that no version of the application could read: left out of answers, and kept. */
export function Unreadable() {
  const rows = useResource('unreadable', async signal => (await get('/v1/admin/unreadable', { signal })).data);
  if (rows.failure && !rows.data) return <Failure failure={rows.failure} retry={rows.reload} />;
  if (!rows.data) return <Skeleton />;
  if (rows.data.length === 0) return <p class="quiet">All rows can be read.</p>;
  const restore = () => post('/v1/admin/unreadable/restore').then(({ data }) => {
    say(`${data.restored} put back`);
    rows.reload();
  }, sayFailure);
  return (
    <section aria-label="Unreadable rows">
      <p><button type="button" onClick={() => void restore()}>Put back those that were set aside</button></p>
      <div class="scroll" tabIndex={0} role="region" aria-label="List of unreadable rows">
        <table>
          <thead><tr><th scope="col">Table</th><th scope="col">Partition</th><th scope="col">Row</th><th scope="col">Why</th><th scope="col">Since</th><th scope="col">Set aside</th></tr></thead>
          <tbody>{rows.data.map(one => <tr key={`${one.table} ${one.partition} ${one.row}`}><td>{one.table}</td><td><code>{one.partition}</code></td><td><code>{one.row}</code></td><td>{one.reason}</td><td><Time at={one.since} /></td><td>{one.setAside ? 'yes' : 'no'}</td></tr>)}</tbody>
        </table>
      </div>
    </section>
  );
}
