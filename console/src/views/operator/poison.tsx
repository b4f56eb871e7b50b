// Messages that failed again and again for their own sake: looked at, sent once more, or dropped.

import { useState } from 'preact/hooks';
import { get, post, remove } from '../../api/client';
import { Confirm } from '../../parts/dialog';
import { Failure } from '../../parts/failure';
import { Json, showBytes, showNumber, Skeleton, Time } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { change, parameter } from '../../state/address';
import { useResource } from '../../state/resource';

export function Poison() {
  const queue = parameter('queue');
  const queues = useResource('poison', async signal => (await get('/v1/admin/poison', { signal })).data);
  if (queues.failure && !queues.data) return <Failure failure={queues.failure} retry={queues.reload} />;
  if (!queues.data) return <Skeleton />;
  return (
    <>
      <section aria-label="Queues">
        <table>
          <thead><tr><th scope="col">Queue</th><th scope="col" class="number">Messages</th></tr></thead>
          <tbody>
            {queues.data.map(one => (
              <tr key={one.queue}>
                <th scope="row">{one.count > 0 ? <button type="button" aria-pressed={one.queue === queue} onClick={() => change({ queue: one.queue })}>{one.queue}</button> : one.queue}</th>
                <td class={one.count > 0 ? 'number bad' : 'number'}>{showNumber(one.count)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {queue && <Messages key={queue} queue={queue} done={queues.reload} />}
    </>
  );
}

function Messages({ queue, done }: { queue: string; done: () => void }) {
  const [dropping, setDropping] = useState<'all' | { id: string } | null>(null);
  const messages = useResource(queue, async signal => (await get('/v1/admin/poison/{queue}', { path: { queue }, query: { limit: 32 }, signal })).data);
  if (messages.failure && !messages.data) return <Failure failure={messages.failure} retry={messages.reload} />;
  if (!messages.data) return <Skeleton />;
  const after = (text: string) => () => {
    say(text);
    messages.reload();
    done();
  };
  return (
    <section aria-label={queue}>
      <h2>{queue}</h2>
      <p class="actions">
        <button type="button" onClick={() => void post('/v1/admin/poison/{queue}/replay', undefined, { path: { queue } }).then(after('They are sent once more'), sayFailure)}>Send all once more</button>
        <button type="button" class="danger" onClick={() => setDropping('all')}>Drop all</button>
      </p>
      {messages.data.map(one => (
        <details key={one.id}>
          <summary><Time at={one.insertedAt} /> <span class="quiet">{showBytes(one.bytes)}</span> <code>{one.id}</code></summary>
          <Json value={one.header ?? null} />
          <p class="actions">
            <button type="button" onClick={() => void post('/v1/admin/poison/{queue}/{message}/replay', undefined, { path: { queue, message: one.id } }).then(after('It is sent once more'), sayFailure)}>Send once more</button>
            <button type="button" class="danger" onClick={() => setDropping({ id: one.id })}>Drop</button>
          </p>
        </details>
      ))}
      {dropping === 'all' && (
        <Confirm title={`Drop all messages of ${queue}?`} text="What they hold is lost." action="Drop" close={() => setDropping(null)} run={() => remove('/v1/admin/poison/{queue}', { path: { queue } }).then(after('They are dropped'), sayFailure)} />
      )}
      {dropping && dropping !== 'all' && (
        <Confirm title="Drop this message?" text="What it holds is lost." action="Drop" close={() => setDropping(null)} run={() => remove('/v1/admin/poison/{queue}/{message}', { path: { queue, message: dropping.id } }).then(after('It is dropped'), sayFailure)} />
      )}
    </section>
  );
}
