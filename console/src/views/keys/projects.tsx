// The projects: made, named, suspended and deleted. One that was deleted stays in the list while it is being erased.

import { useState } from 'preact/hooks';
import { get, patch, post, remove, type Answer } from '../../api/client';
import { Failure } from '../../parts/failure';
import { FormDialog } from '../../parts/form';
import { Skeleton, State, Time } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { useResource } from '../../state/resource';
import { mayDefine, mayOwn, recall } from '../../state/session';

type Project = Answer<'/v1/organization/projects'>['data'][number];
type Panel = { kind: 'new' } | { kind: 'rename' | 'delete'; project: Project } | null;

export function Projects() {
  const [panel, setPanel] = useState<Panel>(null);
  const [erasing, setErasing] = useState<readonly Project[]>([]);
  const projects = useResource('projects', signal => get('/v1/organization/projects', { query: { limit: 200 }, signal }));
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

  if (projects.failure && !projects.data) return <Failure failure={projects.failure} retry={projects.reload} />;
  if (!projects.data) return <Skeleton />;
  const gone = erasing.filter(one => !projects.data!.data.some(other => other.id === one.id));
  return (
    <>
      {mayDefine.value && <div class="toolbar"><button type="button" class="primary" onClick={() => setPanel({ kind: 'new' })}>New project</button></div>}
      <div class="sheets">
        <div class="scroll" tabIndex={0} role="region" aria-label="Projects">
          <table>
            <thead><tr><th>Name</th><th>Id</th><th>State</th><th>Made</th>{mayDefine.value && <th><span class="off-screen">Actions</span></th>}</tr></thead>
            <tbody>
              {projects.data.data.map(project => (
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
              {gone.map(project => <tr key={project.id} class="quiet"><td>{project.name}</td><td><code>{project.id}</code></td><td><State name="erasing" /></td><td><Time at={project.createdAt} /></td>{mayDefine.value && <td />}</tr>)}
            </tbody>
          </table>
        </div>
        {projects.data.pagination.nextCursor && <p class="quiet">These are the first 200 projects.</p>}
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
          setErasing([...erasing, panel.project]);
          done(`${panel.project.name} is being erased`);
        }}>
          <p>Its events and the keys that are bound to it go with it, for good. Logs stay.</p>
          <label>Type its name, <span class="name-to-type">{panel.project.name}</span><input name="name" required autofocus autocomplete="off" /></label>
        </FormDialog>
      )}
    </>
  );
}
