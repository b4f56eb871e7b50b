// The projects: made, named, suspended and deleted. Those that were deleted here stand in the address, and how far they are erased below the list.

import { useState } from 'preact/hooks';
import { get, patch, post, remove, type Answer } from '../../api/client';
import { Failure } from '../../parts/failure';
import { FormDialog } from '../../parts/form';
import { More } from '../../parts/more';
import { showNumber, Skeleton, State, Time } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { change, parameters } from '../../state/address';
import { pageOf, usePages } from '../../state/pages';
import { useResource } from '../../state/resource';
import { mayDefine, mayOwn, recall } from '../../state/session';

type Project = Answer<'/v1/organization/projects'>['data'][number];
type Panel = { kind: 'new' } | { kind: 'rename' | 'delete'; project: Project } | null;

export function Projects() {
  const [panel, setPanel] = useState<Panel>(null);
  const deleted = parameters('deleted');
  const projects = usePages<Project>('projects', async (cursor, signal) => pageOf(await get('/v1/organization/projects', { query: { limit: 200, cursor }, signal })), project => project.id);
  const close = () => setPanel(null);
  const done = (text: string) => {
    close();
    say(text);
    projects.reload();
    void recall();
  };
  const suspend = (project: Project) => {
    const status = project.status === 'active' ? 'suspended' : 'active';
    patch('/v1/organization/projects/{project}', { status }, { path: { project: project.id } }).then(() => done(`${project.name} is ${status}`), sayFailure);
  };

  if (projects.failure && projects.rows.length === 0) return <Failure failure={projects.failure} retry={projects.reload} />;
  if (projects.isLoading) return <Skeleton />;
  return (
    <>
      {mayDefine.value && <div class="toolbar"><button type="button" class="primary" onClick={() => setPanel({ kind: 'new' })}>New project</button></div>}
      <div class="sheets">
        <div class="scroll" tabIndex={0} role="region" aria-label="Projects">
          <table>
            <thead><tr><th>Name</th><th>Id</th><th>State</th><th>Made</th>{mayDefine.value && <th><span class="off-screen">Actions</span></th>}</tr></thead>
            <tbody>
              {projects.rows.map(project => (
                <tr key={project.id}>
                  <td>{project.name}</td>
                  <td><code>{project.id}</code></td>
                  <td><State name={project.status} /></td>
                  <td><Time at={project.createdAt} /></td>
                  {mayDefine.value && (
                    <td class="actions">
                      <button type="button" aria-label={`Rename ${project.name}`} onClick={() => setPanel({ kind: 'rename', project })}>Rename</button>
                      <button type="button" aria-label={`${project.status === 'active' ? 'Suspend' : 'Resume'} ${project.name}`} onClick={() => suspend(project)}>{project.status === 'active' ? 'Suspend' : 'Resume'}</button>
                      {mayOwn.value && <button type="button" class="danger" aria-label={`Delete ${project.name}`} onClick={() => setPanel({ kind: 'delete', project })}>Delete</button>}
                    </td>
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
        <More pages={projects} of="projects" />
        {deleted.map(id => <Erasure key={id} id={id} />)}
      </div>
      {panel?.kind === 'new' && (
        <FormDialog title="New project" action="Make it" close={close} send={async field => { await post('/v1/organization/projects', { name: field('name') }); done(`${field('name')} is made`); }}>
          <label>Name<input name="name" required maxLength={100} autofocus /></label>
        </FormDialog>
      )}
      {panel?.kind === 'rename' && (
        <FormDialog title={`Rename ${panel.project.name}`} action="Rename" close={close} send={async field => { await patch('/v1/organization/projects/{project}', { name: field('name') }, { path: { project: panel.project.id } }); done('The project is renamed'); }}>
          <label>Name<input name="name" required maxLength={100} autofocus defaultValue={panel.project.name} /></label>
        </FormDialog>
      )}
      {panel?.kind === 'delete' && (
        <FormDialog title={`Delete ${panel.project.name}?`} action="Delete for good" isDanger close={close} send={async field => {
          if (field('name') !== panel.project.name.trim()) throw new Error('That is not its name.');
          await remove('/v1/organization/projects/{project}', { path: { project: panel.project.id } });
          change({ deleted: [...deleted, panel.project.id] }, { replace: true });
          done(`${panel.project.name} is being erased`);
        }}>
          <p>Its events and the keys that are bound to it go with it, for good. Logs stay.</p>
          <label>Type its name, <span class="name-to-type">{panel.project.name}</span><input name="name" required autofocus autocomplete="off" /></label>
        </FormDialog>
      )}
    </>
  );
}

function Erasure({ id }: { id: string }) {
  const erasure = useResource(id, async signal => (await get('/v1/organization/projects/{project}', { path: { project: id }, signal })).data);
  if (!erasure.data || !('rowsRemoved' in erasure.data)) return null;
  const { status, rowsRemoved, beganAt, endedAt } = erasure.data;
  return (
    <p class="quiet" role="status">
      <State name={status} /> <code>{id}</code>, deleted <Time at={beganAt} ago />: {showNumber(rowsRemoved)} {rowsRemoved === 1 ? 'row is' : 'rows are'} removed{endedAt ? ', and nothing is left.' : ' so far.'}
    </p>
  );
}
