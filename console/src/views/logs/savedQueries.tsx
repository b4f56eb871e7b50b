// Questions that the organization keeps by name. They are asked for when somebody looks at them.

import { useLayoutEffect, useRef } from 'preact/hooks';
import { get, post, remove } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Form } from '../../parts/form';
import { Icon } from '../../parts/icons';
import { Menu } from '../../parts/menu';
import { Skeleton } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { change, parameter } from '../../state/address';
import { useResource } from '../../state/resource';
import { mayDefine, session } from '../../state/session';

export const SavedQueries = () => (
  <Menu class="saved" align="right" title="Saved queries" label={<><Icon name="save" />Saved</>}>
    {close => <List close={close} />}
  </Menu>
);

function List({ close }: { close: () => void }) {
  const query = parameter('query');
  const saved = useResource('queries', async signal => (await get('/v1/organization/queries', { signal })).data, { once: true });
  const name = useRef<HTMLInputElement>(null);
  useLayoutEffect(() => name.current?.focus(), [saved.data]);
  if (saved.failure) return <Failure failure={saved.failure} retry={saved.reload} />;
  if (!saved.data) return <Skeleton rows={2} />;
  const drop = (id: string) => remove('/v1/organization/queries/{query}', { path: { query: id } }).then(saved.reload, sayFailure);
  return (
    <>
      {saved.data.length === 0 && <p class="quiet">Nothing is saved yet. What is saved here, all members see.</p>}
      {saved.data.map(one => (
        <div key={one.id} class="one">
          <button type="button" title={`Saved by ${one.createdBy}`} aria-current={one.query === query} onClick={() => { change({ query: one.query, entry: null }); close(); }}><bdi>{one.name}</bdi><code>{one.query}</code></button>
          {(mayDefine.value || one.createdBy === session.value?.user.email) && <button type="button" class="icon" aria-label={`Delete ${one.name}`} onClick={() => void drop(one.id)}><Icon name="close" /></button>}
        </div>
      ))}
      {query && !saved.data.some(one => one.query === query) && (
        <Form
          action="Save"
          send={async fields => {
            await post('/v1/organization/queries', { name: fields('name'), query });
            say('Saved');
            close();
          }}
        >
          <label><span>Save <code>{query}</code> as</span><input name="name" required maxLength={100} autocomplete="off" ref={name} /></label>
        </Form>
      )}
    </>
  );
}
