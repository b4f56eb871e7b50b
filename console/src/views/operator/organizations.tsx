import { useState } from 'preact/hooks';
import { get, patch, post, remove, type Answer } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Dialog } from '../../parts/dialog';
import { FormDialog, Select } from '../../parts/form';
import { More } from '../../parts/more';
import { Skeleton, State, Time } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { pageOf, usePages } from '../../state/pages';
import { useResource } from '../../state/resource';
import { Meters } from '../keys/usage';

type Organization = Answer<'/v1/admin/organizations'>['data'][number];

const logPlans = ['Indie', 'Bootstrapper', 'Compliance', 'Scale'].map(plan => [plan, plan] as const);
const tracePlans = ['Free', 'Pro', 'Team', 'Scale'].map(plan => [plan, plan] as const);

function UsageOf({ organization }: { organization: string }) {
  const usage = useResource(organization, async signal => (await get('/v1/admin/organizations/{organization}/usage', { path: { organization }, signal })).data);
  return usage.failure && !usage.data ? <Failure failure={usage.failure} retry={usage.reload} /> : usage.data ? <Meters usage={usage.data} /> : <Skeleton />;
}

export function Organizations() {
  const [form, setForm] = useState<'create' | { change: Organization } | { erase: Organization } | { usage: Organization } | null>(null);
  const pages = usePages<Organization>(
    'organizations',
    async (cursor, signal) => pageOf(await get('/v1/admin/organizations', { query: { limit: 100, cursor }, signal })),
    one => one.id);
  if (pages.failure && pages.rows.length === 0) return <Failure failure={pages.failure} retry={pages.reload} />;
  if (pages.isLoading) return <Skeleton />;
  const close = () => setForm(null);
  const done = (text: string) => {
    close();
    say(text);
    pages.reload();
  };
  const suspend = (one: Organization) => patch('/v1/admin/organizations/{organization}', { status: one.status === 'active' ? 'suspended' : 'active' }, { path: { organization: one.id } })
    .then(() => done(one.status === 'active' ? `${one.name} is suspended` : `${one.name} is active again`), sayFailure);
  return (
    <section aria-label="Organizations">
      <p><button type="button" onClick={() => setForm('create')}>New organization</button></p>
      <div class="scroll" tabIndex={0} role="region" aria-label="List of organizations">
        <table>
          <thead><tr><th scope="col">Name</th><th scope="col">State</th><th scope="col">Logs</th><th scope="col">Traces</th><th scope="col">Since</th><th scope="col"><span class="off-screen">Actions</span></th></tr></thead>
          <tbody>
            {pages.rows.map(one => (
              <tr key={one.id}>
                <th scope="row">{one.name} <code class="quiet">{one.id}</code></th>
                <td><State name={one.status} /></td><td>{one.logPlan}</td><td>{one.tracePlan}</td><td><Time at={one.createdAt} /></td>
                <td class="actions">
                  <button type="button" aria-label={`Usage of ${one.name}`} onClick={() => setForm({ usage: one })}>Usage</button>
                  <button type="button" aria-label={`Change ${one.name}`} onClick={() => setForm({ change: one })}>Change</button>
                  <button type="button" aria-label={`${one.status === 'active' ? 'Suspend' : 'Resume'} ${one.name}`} onClick={() => void suspend(one)}>{one.status === 'active' ? 'Suspend' : 'Resume'}</button>
                  <button type="button" class="danger" aria-label={`Delete ${one.name}`} onClick={() => setForm({ erase: one })}>Delete</button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <More pages={pages} of="organizations" />
      {form === 'create' && (
        <FormDialog
          title="New organization"
          action="Create"
          close={close}
          send={async fields => {
            await post('/v1/admin/organizations', { name: fields('name'), logPlan: fields('logPlan'), tracePlan: fields('tracePlan') });
            done('The organization is there');
          }}
        >
          <label>Name<input name="name" required /></label>
          <Select name="logPlan" title="Plan for logs" options={logPlans} />
          <Select name="tracePlan" title="Plan for traces" options={tracePlans} />
        </FormDialog>
      )}
      {form && form !== 'create' && 'change' in form && (
        <FormDialog
          title={form.change.name}
          action="Save"
          close={close}
          send={async fields => {
            await patch('/v1/admin/organizations/{organization}', { name: fields('name'), logPlan: fields('logPlan'), tracePlan: fields('tracePlan') }, { path: { organization: form.change.id } });
            done('The organization is saved');
          }}
        >
          <label>Name<input name="name" required defaultValue={form.change.name} /></label>
          <Select name="logPlan" title="Plan for logs" options={logPlans} value={form.change.logPlan} />
          <Select name="tracePlan" title="Plan for traces" options={tracePlans} value={form.change.tracePlan} />
        </FormDialog>
      )}
      {form && form !== 'create' && 'usage' in form && <Dialog title={`${form.usage.name} this month`} close={close}><UsageOf organization={form.usage.id} /></Dialog>}
      {form && form !== 'create' && 'erase' in form && (
        <FormDialog
          title={`Delete ${form.erase.name}?`}
          action="Delete with all its data"
          isDanger
          close={close}
          send={async fields => {
            if (fields('name') !== form.erase.name) throw new Error('This is not its name.');
            await remove('/v1/admin/organizations/{organization}', { path: { organization: form.erase.id } });
            done('It is gone; its data are being removed');
          }}
        >
          <p>Its keys stop working at once, and everything it holds is erased. Type its name to go on.</p>
          <label>Name<input name="name" required autocomplete="off" /></label>
        </FormDialog>
      )}
    </section>
  );
}
