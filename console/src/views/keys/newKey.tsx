// Makes a key: which rights can be chosen depends on its surface.

import { useState } from 'preact/hooks';
import { post } from '../../api/client';
import { FormDialog } from '../../parts/form';
import { session } from '../../state/session';
import { surfaces } from './surfaces';

interface NewKeyProps { close: () => void; done: (name: string, secret: string | null | undefined) => void }

export function NewKey({ close, done }: NewKeyProps) {
  const [prefix, setPrefix] = useState<string>(surfaces[0].prefix);
  const projects = session.value!.projects;
  return (
    <FormDialog title="New key" action="Make it" close={close} send={async field => {
      const { data } = await post('/v1/organization/keys', {
        prefix,
        name: field('name'),
        scopes: ['admin', 'ingest'].filter(scope => field(scope)),
        project: field('project') || null,
        requestsPerMinute: Number(field('limit')) || null,
        expiresAt: field('end') ? new Date(field('end')).toISOString() : null,
      });
      done(data.name, data.key);
    }}>
      <label>Name<input name="name" required maxLength={100} autofocus /></label>
      <label>For<select value={prefix} onChange={event => setPrefix(event.currentTarget.value)}>{surfaces.map(surface => <option key={surface.prefix} value={surface.prefix}>{surface.name}: {surface.about}</option>)}</select></label>
      {prefix === 'lqt_' && <label>Project<select name="project" required>{projects.map(project => <option key={project.id} value={project.id}>{project.name}</option>)}</select></label>}
      {prefix === 'll_' && <label><input type="checkbox" name="ingest" value="yes" />Write only, fit for a browser page</label>}
      {prefix === 'lma_' && <label><input type="checkbox" name="admin" value="yes" />May define apps and triggers too</label>}
      <label>Requests a minute, if there is to be a limit<input name="limit" type="number" min={1} max={1_000_000} /></label>
      <label>Ends, if it is to<input name="end" type="datetime-local" /></label>
    </FormDialog>
  );
}
