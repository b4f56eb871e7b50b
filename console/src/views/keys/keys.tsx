// Keys and members: who and what may do something in the organization, and how much of its plan is used.

import { Tabs } from '../../parts/tabs';
import { parameter } from '../../state/address';
import { KeyList } from './keyList';
import { Members } from './members';
import { Password } from './password';
import { Prices } from './prices';
import { Projects } from './projects';
import { Redaction } from './redaction';
import { Usage } from './usage';

const tabs = [['keys', 'Keys', KeyList], ['members', 'Members', Members], ['projects', 'Projects', Projects], ['prices', 'Prices', Prices], ['redaction', 'Redaction', Redaction], ['usage', 'Usage', Usage], ['password', 'Your password', Password]] as const;

export function Keys() {
  const [name, , Tab] = tabs.find(([one]) => one === parameter('tab')) ?? tabs[0];
  return (
    <>
      <h1 class="off-screen">Keys and members</h1>
      <Tabs label="Keys and members" path="/keys" tabs={tabs} current={name} />
      <Tab />
    </>
  );
}
