// The members and their roles. Owners manage them.

import { useState } from 'preact/hooks';
import { get, post, remove, type Answer } from '../../api/client';
import { Confirm } from '../../parts/dialog';
import { Failure } from '../../parts/failure';
import { FormDialog, Select } from '../../parts/form';
import { More } from '../../parts/more';
import { Skeleton, State, Time } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { pageOf, usePages } from '../../state/pages';
import { mayOwn, session } from '../../state/session';

type Member = Answer<'/v1/organization/members'>['data'][number];
export const roles = ['owner', 'admin', 'member'] as const;

export function Members() {
  const [panel, setPanel] = useState<'new' | Member | null>(null);
  const members = usePages<Member>('members', async (cursor, signal) => pageOf(await get('/v1/organization/members', { query: { limit: 200, cursor }, signal })), member => member.userId);
  const close = () => setPanel(null);
  const change = async (work: Promise<unknown>, done: string) => {
    try {
      await work;
      say(done);
    } catch (thrown) {
      sayFailure(thrown);
    }
    members.reload();
  };

  if (members.failure && members.rows.length === 0) return <Failure failure={members.failure} retry={members.reload} />;
  if (members.isLoading) return <Skeleton />;
  return (
    <>
      {mayOwn.value && <div class="toolbar"><button type="button" class="primary" onClick={() => setPanel('new')}>Add a member</button></div>}
      <div class="sheets">
        <div class="scroll" tabIndex={0} role="region" aria-label="Members">
          <table>
            <thead><tr><th>E-mail</th><th>Role</th><th>State</th><th>Member since</th>{mayOwn.value && <th><span class="off-screen">Actions</span></th>}</tr></thead>
            <tbody>
              {members.rows.map(member => (
                <tr key={member.userId}>
                  <td>{member.email}{member.userId === session.value!.user.id && <span class="quiet"> (you)</span>}</td>
                  <td>{mayOwn.value ? (
                    <select aria-label={`Role of ${member.email}`} class="short" value={member.role} onChange={event => void change(post('/v1/organization/members', { email: member.email, role: event.currentTarget.value }), `${member.email} is ${event.currentTarget.value} now`)}>
                      {roles.map(role => <option key={role} value={role}>{role}</option>)}
                    </select>
                  ) : member.role}</td>
                  <td><State name={member.status} /></td>
                  <td><Time at={member.createdAt} /></td>
                  {mayOwn.value && <td class="actions"><button type="button" class="danger" aria-label={`Remove ${member.email}`} onClick={() => setPanel(member)}>Remove</button></td>}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <More pages={members} of="members" />
        <p class="quiet">A member sees everything; an admin also defines apps, projects and keys; an owner also manages members. Whoever is given another role signs in again.</p>
      </div>
      {panel === 'new' && (
        <FormDialog title="Add a member" action="Add" close={close} send={async field => {
          await post('/v1/organization/members', { email: field('email'), role: field('role'), password: field('password') || null });
          close();
          say(`${field('email')} is added`);
          members.reload();
        }}>
          <label>E-mail<input name="email" type="email" required maxLength={254} autofocus autocomplete="off" /></label>
          <Select name="role" title="Role" value="member" options={roles.map(role => [role, role])} />
          <label>First password, of 12 characters at least<input name="password" type="password" minLength={12} maxLength={256} autocomplete="new-password" /></label>
          <p class="quiet">Whoever has an account already keeps the password there is.</p>
        </FormDialog>
      )}
      {panel && panel !== 'new' && <Confirm title={`Remove ${panel.email}?`} text="Their sessions end, too." action="Remove" close={close} run={() => change(remove('/v1/organization/members/{user}', { path: { user: panel.userId } }), `${panel.email} is removed`)} />}
    </>
  );
}
