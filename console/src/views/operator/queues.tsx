import { get } from '../../api/client';
import { Failure } from '../../parts/failure';
import { showNumber, Skeleton, Time } from '../../parts/pieces';
import { to } from '../../state/address';
import { useResource } from '../../state/resource';

/** How much waits in each queue, and for how long. */
export function Queues() {
  const queues = useResource('queues', async signal => (await get('/v1/admin/queues', { signal })).data);
  if (queues.failure && !queues.data) return <Failure failure={queues.failure} retry={queues.reload} />;
  if (!queues.data) return <Skeleton />;
  return (
    <section aria-label="Queues">
      <div class="scroll" tabIndex={0} role="region" aria-label="List of queues">
        <table>
          <thead><tr><th scope="col">Queue</th><th scope="col" class="number">Messages</th><th scope="col">The first was put in</th><th scope="col" class="number">Set aside</th></tr></thead>
          <tbody>
            {queues.data.map(one => (
              <tr key={one.name}>
                <th scope="row">{one.name}</th>
                <td class="number">{showNumber(one.length)}</td>
                <td>{one.oldest ? <Time at={one.oldest} ago /> : <span class="quiet">–</span>}</td>
                <td class="number">{one.poison > 0 ? <a class="bad" href={to('/operator', { tab: 'poison' })}>{showNumber(one.poison)}</a> : 0}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}
