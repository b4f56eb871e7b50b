// What models cost: the organization's own prices, which go before those that are built in. They are edited as JSON, all of them at once.

import { useState } from 'preact/hooks';
import { get, put, type Answer } from '../../api/client';
import { Failure } from '../../parts/failure';
import { FormDialog } from '../../parts/form';
import { Skeleton } from '../../parts/pieces';
import { say } from '../../parts/toast';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';

type Price = Answer<'/v1/organization/prices'>['data']['prices'][number];

const example = '{\n  "prices": [\n    { "model": "my-model-*", "input": 0.2, "output": 0.4, "cachedInput": 0.1, "from": "2026-01-01" }\n  ]\n}';

/** Prices as they are edited: one a line, and nothing that need not be said. */
export const textOf = (prices: readonly Price[]) => prices.length === 0 ? example
  : `{\n  "prices": [\n${prices.map(price => `    ${JSON.stringify(Object.fromEntries(Object.entries(price).filter(([, value]) => value !== null)))}`).join(',\n')}\n  ]\n}`;

export function Prices() {
  const [isEditing, setEditing] = useState(false);
  const prices = useResource('prices', signal => get('/v1/organization/prices', { signal }));
  if (prices.failure && !prices.data) return <Failure failure={prices.failure} retry={prices.reload} />;
  if (!prices.data) return <Skeleton />;
  const { prices: own, builtIn } = prices.data.data;
  const close = () => setEditing(false);
  return (
    <>
      {mayDefine.value && <div class="toolbar"><button type="button" class="primary" onClick={() => setEditing(true)}>Edit prices</button></div>}
      <div class="sheets">
        <p class="quiet">Events that do not say what they cost are priced by their tokens as they come in. What was counted stays as it is, whatever becomes of prices.</p>
        <section>
          <h2>Your prices</h2>
          {own.length > 0 ? <Table label="Your prices" prices={own} /> : <p class="quiet">There are none: those that are built in hold.</p>}
        </section>
        <section><h2>Built in <span class="quiet">as of {builtIn.asOf}</span></h2><Table label="Prices that are built in" prices={builtIn.prices} /></section>
      </div>
      {isEditing && (
        <FormDialog title="Your prices" action="Save" close={close} send={async field => {
          await put('/v1/organization/prices', JSON.parse(field('prices')) as never);
          close();
          say('The prices hold from now on');
          prices.reload();
        }}>
          <p>In US dollars for a million tokens. A model that ends with * is for all names that begin so; without a day a price holds ever since.</p>
          <label>All prices, as JSON<textarea name="prices" rows={12} wrap="off" spellcheck={false} required autofocus defaultValue={textOf(own)} onKeyDown={event => (event.ctrlKey || event.metaKey) && event.key === 'Enter' && event.currentTarget.form?.requestSubmit()} /></label>
        </FormDialog>
      )}
    </>
  );
}

const Table = ({ label, prices }: { label: string; prices: readonly Price[] }) => (
  <div class="scroll" tabIndex={0} role="region" aria-label={label}>
    <table>
      <thead><tr><th scope="col">Model</th><th scope="col" class="number">Input</th><th scope="col" class="number">Cached input</th><th scope="col" class="number">Output</th><th scope="col">From</th></tr></thead>
      <tbody>
        {prices.map(price => (
          <tr key={`${price.model} ${price.from}`}>
            <th scope="row"><code>{price.model}</code></th>
            <td class="number">${price.input}</td>
            <td class="number">{price.cachedInput === null ? <span class="quiet">as input</span> : `$${price.cachedInput}`}</td>
            <td class="number">${price.output}</td>
            <td>{price.from ?? <span class="quiet">ever since</span>}</td>
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
