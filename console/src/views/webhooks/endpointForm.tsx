// What an endpoint is defined by: its address, and what it is told of.

import { Field, FormDialog } from '../../parts/form';
import type { Endpoint } from './endpoint';

const events = [
  ['run.completed', 'A run has succeeded'],
  ['run.failed', 'A run has failed'],
  ['run.cancelled', 'A run was cancelled'],
  ['alert.fired', 'An alert fires'],
  ['alert.resolved', 'An alert is over'],
] as const;

export interface Definition { url: string; events: string[]; description: string | null; active: boolean }

/** What an endpoint is defined by as it is. */
export const definitionOf = ({ url, events, description, active }: Endpoint): Definition => ({ url, events, description, active });

interface EndpointFormProps { title: string; action: string; known?: Endpoint; close: () => void; send: (definition: Definition) => Promise<unknown> }

export const EndpointForm = ({ title, action, known, close, send }: EndpointFormProps) => (
  <FormDialog title={title} action={action} close={close} send={field => send({
    url: field('url'),
    events: events.map(([name]) => name).filter(name => field(name)),
    description: field('description') || null,
    active: field('active') !== '',
  })}>
    <Field name="url" title="Address" note="https, and public." required maxLength={2048} spellcheck={false} autofocus value={known?.url} />
    <fieldset>
      <legend>Told when</legend>
      {events.map(([name, about]) => <label key={name}><input type="checkbox" name={name} defaultChecked={known ? known.events.includes(name) : name.startsWith('run.')} />{about} <code class="quiet">{name}</code></label>)}
    </fieldset>
    <Field name="description" title="What it is for" maxLength={256} value={known?.description} />
    <label><input type="checkbox" name="active" defaultChecked={known?.active ?? true} />Active</label>
  </FormDialog>
);
