import { Sparkline } from '../../parts/chart';
import { showNumber, State, Time } from '../../parts/pieces';
import { mayDefine, session } from '../../state/session';
import type { Key } from './keyList';

interface KeyTableProps { label: string; keys: readonly Key[]; rotate: (key: Key) => void; revoke: (key: Key) => void }

const projectName = (id: string) => session.value?.projects.find(project => project.id === id)?.name ?? id;

export const KeyTable = ({ label, keys, rotate, revoke }: KeyTableProps) => (
  <div class="scroll" tabIndex={0} role="region" aria-label={label}>
    <table class="key-table">
      <thead><tr><th>Name</th><th>State</th><th>Rights</th><th>Last use</th><th>Uses in 30 days</th><th>Ends</th>{mayDefine.value && <th><span class="off-screen">Actions</span></th>}</tr></thead>
      <tbody>
        {keys.map(key => {
          const uses = key.usesByDay.reduce((sum, day) => sum + day.count, 0);
          return (
            <tr key={key.id}>
              <td><strong>{key.name}</strong> <code class="quiet">{key.prefix}… {key.id}</code></td>
              <td><State name={key.status} />{key.replacedBy && <span class="quiet"> replaced by <code>{key.replacedBy}</code></span>}</td>
              <td>{[...key.scopes, key.project && projectName(key.project), key.requestsPerMinute && `${key.requestsPerMinute.toLocaleString('en')} a minute`].filter(Boolean).join(', ') || <span class="quiet">–</span>}</td>
              <td>{key.lastUsedAt ? <Time at={key.lastUsedAt} ago /> : <span class="quiet">never</span>}</td>
              <td class="uses"><Sparkline values={key.usesByDay.map(day => day.count)} label={`${uses} uses in 30 days`} /> {showNumber(uses)}</td>
              <td>{key.expiresAt ? <Time at={key.expiresAt} /> : <span class="quiet">never</span>}</td>
              {mayDefine.value && (
                <td class="actions">{key.status === 'active' && (
                  <>
                    {!key.replacedBy && <button type="button" aria-label={`Rotate ${key.name}`} onClick={() => rotate(key)}>Rotate</button>}
                    <button type="button" class="danger" aria-label={`Revoke ${key.name}`} onClick={() => revoke(key)}>Revoke</button>
                  </>
                )}</td>
              )}
            </tr>
          );
        })}
      </tbody>
    </table>
  </div>
);
