// Questions that the organization keeps by name.

import { get, post, remove } from '../../api/client';
import { Form } from '../../parts/form';
import { Icon } from '../../parts/icons';
import { Menu } from '../../parts/menu';
import { say, sayFailure } from '../../parts/toast';
import { change, parameter } from '../../state/address';
import { useResource } from '../../state/resource';
import { mayDefine, session } from '../../state/session';

interface SavedQuery { readonly id: string; readonly name: string; readonly query: string; readonly createdAt: string; readonly createdBy: string | null }

// Not in the description yet.
const list = get as unknown as (path: string, asked: { signal: AbortSignal }) => Promise<{ data: readonly SavedQuery[] }>;
const save = post as unknown as (path: string, body: { name: string; query: string }) => Promise<unknown>;
const drop = remove as unknown as (path: string, asked: { path: { id: string } }) => Promise<void>;

export function SavedQueries() {
  const saved = useResource(`queries ${session.value?.organization.id}`, async signal => (await list('/v1/organization/queries', { signal })).data, { once: true });
  const query = parameter('query');
  const user = session.value?.user;
  if (!Array.isArray(saved.data)) return null;
  const all = [...saved.data as readonly SavedQuery[]].sort((one, other) => one.name.localeCompare(other.name));
  const mayDrop = (one: SavedQuery) => mayDefine.value || one.createdBy === user?.id || one.createdBy === user?.email;
  return (
    <Menu class="saved" align="right" title="Saved queries" label={<><Icon name="save" />Saved</>}>
      {close => (
        <>
          {all.length === 0 && <p class="quiet">Nothing is saved yet. What is saved here, all members see.</p>}
          {all.map(one => (
            <div key={one.id} class="one">
              <button type="button" aria-current={one.query === query} onClick={() => { change({ query: one.query, entry: null }); close(); }}><bdi>{one.name}</bdi><code>{one.query}</code></button>
              {mayDrop(one) && (
                <button type="button" class="icon" aria-label={`Delete ${one.name}`} title="Delete" onClick={() => drop('/v1/organization/queries/{id}', { path: { id: one.id } }).then(saved.reload, sayFailure)}><Icon name="close" /></button>
              )}
            </div>
          ))}
          {query && !all.some(one => one.query === query) && (
            <Form
              action="Save"
              send={async fields => {
                await save('/v1/organization/queries', { name: fields('name'), query });
                saved.reload();
                say('Saved');
                close();
              }}
            >
              <label><span>Save <code>{query}</code> as</span><input name="name" required maxLength={100} autocomplete="off" /></label>
            </Form>
          )}
        </>
      )}
    </Menu>
  );
}
