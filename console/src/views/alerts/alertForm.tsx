// What an alert is defined by.

import { useState } from 'preact/hooks';
import { put } from '../../api/client';
import { Field, FormDialog, Select, type Fields } from '../../parts/form';
import { project, session } from '../../state/session';
import { metrics, type Alert, type Condition } from './alert';

const windows = [['5m', '5 minutes'], ['15m', '15 minutes'], ['30m', '30 minutes'], ['1h', 'an hour']] as const;
const directions = [['above', 'above'], ['below', 'below']] as const;

/** An id made of a name: what it may not hold becomes hyphens. */
const idOf = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-').replace(/^-+|-+$/g, '').slice(0, 64) || 'alert';

interface AlertFormProps {
  title: string;
  action: string;
  known?: Alert;
  suggested?: Pick<Condition, 'query' | 'metric'>;
  close: () => void;
  done: (alert: Alert) => void;
}

export function AlertForm({ title, action, known, suggested, close, done }: AlertFormProps) {
  const [subject, setSubject] = useState(known?.metric ?? suggested?.metric ?? 'entries');
  const isLogs = subject === 'entries';
  const send = async (field: Fields) => {
    const alertId = known?.alertId ?? idOf(field('name'));
    const { data } = await put('/v1/alerts/{alertId}', {
      name: field('name'),
      ...(isLogs ? { query: field('query') } : { projectId: field('projectId'), metric: subject as (typeof metrics)[number][0] }),
      window: field('window') as (typeof windows)[number][0],
      threshold: Number(field('threshold')),
      direction: field('direction') as (typeof directions)[number][0],
      active: field('active') !== '',
    }, { path: { alertId } });
    done(data);
  };
  return (
    <FormDialog title={title} action={action} close={close} send={send}>
      <Field name="name" title="Name" required maxLength={200} autofocus value={known?.name} />
      <Select name="metric" title="It measures" value={subject} options={[['entries', 'log entries that answer a question'], ...metrics]} onChange={setSubject} />
      {isLogs
        ? <Field name="query" title="Question" note="As in the logs: level:error environment:production" required spellcheck={false} value={known?.query ?? suggested?.query} />
        : <Select name="projectId" title="Of the project" value={known?.projectId ?? project.value?.id} options={(session.value?.projects ?? []).map(({ id, name }) => [id, name] as const)} />}
      <Select name="direction" title="Fires when that is" value={known?.direction} options={directions} />
      <Field name="threshold" title="Threshold" note={subject === 'error_rate' ? 'From 0 to 1: 0.05 is 5 %.' : subject === 'latency_ms' ? 'In milliseconds.' : undefined} type="number" step="any" min={0} required value={known?.threshold} />
      <Select name="window" title="Within" value={known?.window ?? '15m'} options={windows} />
      <label><input type="checkbox" name="active" defaultChecked={known?.active ?? true} />Active</label>
    </FormDialog>
  );
}
