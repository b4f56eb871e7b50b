// What models cost: the organization's own prices, which go before those that are built in. The API takes all of them at once; here they are changed one by one.

import { useState } from 'preact/hooks';
import { get, put, type Answer } from '../../api/client';
import { Confirm } from '../../parts/dialog';
import { Failure } from '../../parts/failure';
import { Field, FormDialog, type Fields } from '../../parts/form';
import { Skeleton } from '../../parts/pieces';
import { say, sayFailure } from '../../parts/toast';
import { useKeys } from '../../state/keyboard';
import { useResource } from '../../state/resource';
import { mayDefine } from '../../state/session';

type Price = Answer<'/v1/organization/prices'>['data']['prices'][number];

/** What is being done: a price is set, which stands at a place of the list or takes a new one, or removed. */
type Panel = { kind: 'set'; at: number; price?: Price } | { kind: 'remove'; at: number; price: Price } | null;

export function Prices() {
  const [panel, setPanel] = useState<Panel>(null);
  const prices = useResource('prices', signal => get('/v1/organization/prices', { signal }));
  const own = prices.data?.data.prices ?? [];
  const add = (price?: Price) => setPanel({ kind: 'set', at: own.length, price });
  useKeys(mayDefine.value ? [{ keys: 'n', does: 'Sets a price', run: () => add() }] : []);
  if (prices.failure && !prices.data) return <Failure failure={prices.failure} retry={prices.reload} />;
  if (!prices.data) return <Skeleton />;

  const { builtIn } = prices.data.data;
  const close = () => setPanel(null);
  const replace = async (all: readonly Price[]) => {
    prices.set(await put('/v1/organization/prices', { prices: all.map(said) }));
    say('The prices hold from now on');
  };
  return (
    <>
      {mayDefine.value && <div class="toolbar"><button type="button" class="primary" onClick={() => add()}>Set a price</button></div>}
      <div class="sheets">
        <p class="quiet">
          In US dollars for a million tokens. Events that do not say what they cost are priced by their tokens as they come in. What was counted stays as it is, whatever becomes of prices.
        </p>
        <section>
          <h2>Your prices</h2>
          {own.length === 0 ? <p class="quiet">There are none: those that are built in hold.</p> : (
            <Table label="Your prices" prices={own} actions={(price, at) => (
              <>
                <button type="button" aria-label={`Change ${price.model}`} onClick={() => setPanel({ kind: 'set', at, price })}>Change</button>
                <button type="button" class="danger" aria-label={`Remove ${price.model}`} onClick={() => setPanel({ kind: 'remove', at, price })}>Remove</button>
              </>
            )} />
          )}
        </section>
        <section>
          <h2>Built in <span class="quiet">as of {builtIn.asOf}</span></h2>
          <Table label="Prices that are built in" prices={builtIn.prices} actions={price => <button type="button" aria-label={`Set another price for ${price.model}`} onClick={() => add({ ...price, from: null })}>Set another</button>} />
        </section>
      </div>
      {panel?.kind === 'set' && (
        <FormDialog title={panel.price ? `The price of ${panel.price.model}` : 'A price'} action="Save" close={close} send={async field => {
          await replace([...own.slice(0, panel.at), read(field), ...own.slice(panel.at + 1)]);
          close();
        }}>
          <Field name="model" title="Model" note="With * at its end, all whose names begin so." required maxLength={100} spellcheck={false} autofocus={!panel.price} value={panel.price?.model} />
          <Amount name="input" title="Input" required autofocus={panel.price !== undefined} value={panel.price?.input} />
          <Amount name="cachedInput" title="Cached input, unless it costs as much as input" value={panel.price?.cachedInput} />
          <Amount name="output" title="Output" required value={panel.price?.output} />
          <Field name="from" title="From, unless it is ever since" type="date" value={panel.price?.from} />
        </FormDialog>
      )}
      {panel?.kind === 'remove' && (
        <Confirm title={`Remove the price of ${panel.price.model}?`} text="Events that come in from now on are priced by what is built in, if anything is." action="Remove" close={close}
          run={() => replace(own.filter((_, at) => at !== panel.at)).catch(sayFailure)} />
      )}
    </>
  );
}

const Amount = (field: { name: string; title: string; value?: number | null; required?: boolean; autofocus?: boolean }) => <Field type="number" step="any" min={0} {...field} />;

const dollars = (price: number) => `$${price.toLocaleString('en', { maximumFractionDigits: 6 })}`;

const amount = (text: string) => text === '' ? null : Number(text);

const read = (field: Fields): Price => ({
  model: field('model'), input: Number(field('input')), output: Number(field('output')), cachedInput: amount(field('cachedInput')), from: field('from') || null,
});

// Without what need not be said.
const said = ({ cachedInput, from, ...price }: Price) => ({ ...price, ...(cachedInput === null ? {} : { cachedInput }), ...(from === null ? {} : { from }) });

interface TableProps { label: string; prices: readonly Price[]; actions: (price: Price, at: number) => preact.ComponentChildren }

const Table = ({ label, prices, actions }: TableProps) => (
  <div class="scroll" tabIndex={0} role="region" aria-label={label}>
    <table class="price-table">
      <thead>
        <tr>
          <th scope="col">Model</th><th scope="col" class="number">Input</th><th scope="col" class="number">Cached input</th><th scope="col" class="number">Output</th><th scope="col">From</th>
          {mayDefine.value && <th scope="col"><span class="off-screen">Actions</span></th>}
        </tr>
      </thead>
      <tbody>
        {prices.map((price, at) => (
          <tr key={`${price.model} ${price.from}`}>
            <th scope="row"><code>{price.model}</code></th>
            <td class="number">{dollars(price.input)}</td>
            <td class="number">{price.cachedInput === null ? <span class="quiet">as input</span> : dollars(price.cachedInput)}</td>
            <td class="number">{dollars(price.output)}</td>
            <td>{price.from ?? <span class="quiet">ever since</span>}</td>
            {mayDefine.value && <td class="actions">{actions(price, at)}</td>}
          </tr>
        ))}
      </tbody>
    </table>
  </div>
);
