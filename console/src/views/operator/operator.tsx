// The operator's view: organizations, agents, queues, and messages and rows that could not be worked on. Its key lives in memory alone.

import { useState } from 'preact/hooks';
import { adminKey, get } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Skeleton, State } from '../../parts/pieces';
import { Tabs } from '../../parts/tabs';
import { parameter } from '../../state/address';
import { asFailure, useResource } from '../../state/resource';
import { Agents } from './agents';
import { Organizations } from './organizations';
import { Poison } from './poison';
import { Queues } from './queues';
import { Unreadable } from './unreadable';

const tabs = [['organizations', 'Organizations'], ['agents', 'Agents'], ['queues', 'Queues'], ['poison', 'Poison messages'], ['unreadable', 'Unreadable rows'], ['health', 'Health']] as const;

export function Operator() {
  if (!adminKey.value) return <OperatorSignIn />;
  const tab = tabs.find(([name]) => name === parameter('tab'))?.[0] ?? 'organizations';
  return (
    <>
      <header class="toolbar"><h1>Operator</h1><span class="grow" /><button type="button" onClick={() => { adminKey.value = ''; }}>Forget the key</button></header>
      <Tabs label="Operator" path="/operator" tabs={tabs} current={tab} />
      <div class="sheets">
        {tab === 'organizations' && <Organizations />}
        {tab === 'agents' && <Agents />}
        {tab === 'queues' && <Queues />}
        {tab === 'poison' && <Poison />}
        {tab === 'unreadable' && <Unreadable />}
        {tab === 'health' && <Health />}
      </div>
    </>
  );
}

function OperatorSignIn() {
  const [mistake, setMistake] = useState('');
  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    adminKey.value = '';
    const key = String(new FormData(form).get('key')).trim();
    try {
      await get('/v1/admin/poison', { headers: { 'x-admin-key': key } });
      adminKey.value = key;
    } catch (thrown) {
      const failure = asFailure(thrown);
      setMistake(failure.status === 404 ? 'This deployment has no operator: its setting AdminKey is empty.' : failure.status === 401 || failure.status === 403 ? 'This is not the key.' : failure.message);
    }
  };
  return (
    <form class="sign-in operator-sign-in" onSubmit={submit}>
      <h1>Operator</h1>
      <label>Admin key<input type="password" name="key" autocomplete="off" required /></label>
      {mistake && <p class="mistake" role="alert">{mistake}</p>}
      <button type="submit" class="primary">Open</button>
      <p class="quiet">The key is kept until the page is closed, and nowhere else.</p>
    </form>
  );
}

function Health() {
  const ready = useResource('ready', signal => get('/ready', { signal }));
  return ready.failure ? <Failure failure={ready.failure} retry={ready.reload} /> : ready.data ? <p><State name="ok" /> Tables and queues can be reached.</p> : <Skeleton rows={2} />;
}
