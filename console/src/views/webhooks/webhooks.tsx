// Webhooks: the endpoints that are told of what happens, the page of one, and how what is sent is signed.

import { Tabs } from '../../parts/tabs';
import { parameter, segments } from '../../state/address';
import { EndpointList } from './endpointList';
import { EndpointPage } from './endpointPage';
import { Signatures } from './signatures';

const tabs = [['endpoints', 'Endpoints', EndpointList], ['signatures', 'Signatures', Signatures]] as const;

export function Webhooks() {
  const id = segments.value[1];
  if (id) return <EndpointPage key={id} id={id} />;
  const [name, , Tab] = tabs.find(([one]) => one === parameter('tab')) ?? tabs[0];
  return (
    <>
      <h1 class="off-screen">Webhooks</h1>
      <Tabs label="Webhooks" path="/webhooks" tabs={tabs} current={name} />
      <Tab />
    </>
  );
}
