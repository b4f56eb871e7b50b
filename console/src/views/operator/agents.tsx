import { get, patch, type Answer } from '../../api/client';
import { Failure } from '../../parts/failure';
import { More } from '../../parts/more';
import { Skeleton, State, Time } from '../../parts/pieces';
import { sayFailure } from '../../parts/toast';
import { pageOf, usePages } from '../../state/pages';

type Agent = Answer<'/v1/admin/agents'>['data'][number];

export function Agents() {
  const pages = usePages<Agent>(
    'agents',
    async (cursor, signal) => pageOf(await get('/v1/admin/agents', { query: { limit: 100, cursor }, signal })),
    one => one.id);
  if (pages.failure && pages.rows.length === 0) return <Failure failure={pages.failure} retry={pages.reload} />;
  if (pages.isLoading) return <Skeleton />;
  if (pages.rows.length === 0) return <p class="quiet">No agent has registered yet.</p>;
  const update = (one: Agent, changes: { status?: string; tier?: string }) => patch('/v1/admin/agents/{agent}', changes, { path: { agent: one.id } }).then(pages.reload, sayFailure);
  return (
    <section aria-label="Agents">
      <div class="scroll" tabIndex={0} role="region" aria-label="List of agents">
        <table>
          <thead><tr><th scope="col">Name</th><th scope="col">Owner</th><th scope="col">State</th><th scope="col">Tier</th><th scope="col">Since</th><th scope="col"><span class="off-screen">Actions</span></th></tr></thead>
          <tbody>
            {pages.rows.map(one => (
              <tr key={one.id}>
                <th scope="row">{one.name}</th><td>{one.owner}</td><td><State name={one.status} /></td><td>{one.tier}</td><td><Time at={one.createdAt} /></td>
                <td class="actions">
                  <button type="button" aria-label={`${one.status === 'active' ? 'Suspend' : 'Resume'} ${one.name}`} onClick={() => void update(one, { status: one.status === 'active' ? 'suspended' : 'active' })}>{one.status === 'active' ? 'Suspend' : 'Resume'}</button>
                  <button type="button" aria-label={`${one.name} ${one.tier.toLowerCase() === 'pro' ? 'to Free' : 'to Pro'}`} onClick={() => void update(one, { tier: one.tier.toLowerCase() === 'pro' ? 'free' : 'pro' })}>{one.tier.toLowerCase() === 'pro' ? 'To Free' : 'To Pro'}</button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More pages={pages} of="agents" />
    </section>
  );
}
