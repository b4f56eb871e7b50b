// What is taken out of records before they are stored: by the organization, and by each project beside it.

import { useState } from 'preact/hooks';
import { get, put } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Form, type Fields } from '../../parts/form';
import { Skeleton } from '../../parts/pieces';
import { say } from '../../parts/toast';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';

interface Rules { emails: boolean; cards: boolean; addresses: boolean; keys: readonly string[] }

export function Redaction() {
  const [project, choose] = useState('');
  const projects = useResource('projects', signal => get('/v1/organization/projects', { query: { limit: 200 }, signal }));
  return (
    <div class="sheets">
      <section class="redaction">
        <h2>What is taken out</h2>
        <p class="quiet">
          Out of messages, metadata and errors of logs, and error texts and tags of events, before anything is stored. It counts from the next request on; what is stored already stays.
          An entry that says <code>"privacy_mode": true</code> is left as it is.
        </p>
        <label>Of
          <select value={project} onChange={event => choose(event.currentTarget.value)}>
            <option value="">the whole organization</option>
            {projects.data?.data.map(one => <option key={one.id} value={one.id}>the events of {one.name}</option>)}
          </select>
        </label>
        {project ? <OfProject key={project} project={project} /> : <OfOrganization />}
      </section>
    </div>
  );
}

function OfOrganization() {
  const found = useResource('redaction', signal => get('/v1/organization/redaction', { signal }));
  if (found.failure && !found.data) return <Failure failure={found.failure} retry={found.reload} />;
  if (!found.data) return <Skeleton />;
  return <RulesForm rules={found.data.data} send={async rules => { await put('/v1/organization/redaction', rules); found.reload(); }} />;
}

function OfProject({ project }: { project: string }) {
  const path = { project };
  const found = useResource(`redaction ${project}`, signal => get('/v1/organization/projects/{project}/redaction', { path, signal }));
  if (found.failure && !found.data) return <Failure failure={found.failure} retry={found.reload} />;
  if (!found.data) return <Skeleton />;
  return (
    <>
      <p class="quiet">In all, with what the organization says: {inWords(found.data.data.effective)}.</p>
      <RulesForm rules={found.data.data} send={async rules => { await put('/v1/organization/projects/{project}/redaction', rules, { path }); found.reload(); }} />
    </>
  );
}

const parts = [['emails', 'E-mail addresses', '[email]'], ['cards', 'Card numbers', '[card]'], ['addresses', 'IP addresses', '[ip]']] as const;

function RulesForm({ rules, send }: { rules: Rules; send: (rules: { emails: boolean; cards: boolean; addresses: boolean; keys: string[] }) => Promise<void> }) {
  if (!mayDefine.value) return <p>{inWords(rules)}</p>;
  return (
    <Form action="Save" send={async field => { await send(read(field)); say('What is taken out is changed'); }}>
      {parts.map(([name, title, stand]) => <label key={name}><input type="checkbox" name={name} value="yes" defaultChecked={rules[name]} /><span>{title}: <code>{stand}</code> stands for each</span></label>)}
      <label>The values of these names, one a line<textarea name="keys" rows={5} placeholder="password" defaultValue={rules.keys.join('\n')} /></label>
    </Form>
  );
}

const read = (field: Fields) => ({
  emails: field('emails') === 'yes',
  cards: field('cards') === 'yes',
  addresses: field('addresses') === 'yes',
  keys: field('keys').split('\n').map(key => key.trim()).filter(Boolean),
});

function inWords(rules: Rules) {
  const words = [...parts.filter(([name]) => rules[name]).map(([, title]) => title), ...rules.keys.map(key => `values of ${key}`)];
  return words.length ? words.join(', ') : 'nothing';
}
