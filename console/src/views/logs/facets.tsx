// Fields with their most frequent values: + asks for one, − leaves it out.

import { useId, useState } from 'preact/hooks';
import type { Answer } from '../../api/client';
import { Icon } from '../../parts/icons';
import { showNumber } from '../../parts/pieces';
import { change, parameter, parameters } from '../../state/address';
import { canAsk, excluding, has, including, termOf, without } from './terms';

/** Asks for a value, or leaves it out; once more takes that back. */
export function Filter({ field, value }: { field: string; value: string }) {
  const query = parameter('query');
  const term = termOf(field, value);
  const isIn = has(query, term) && !has(query, `NOT ${term}`);
  const isOut = has(query, `NOT ${term}`);
  if (!canAsk(field)) return null;
  return (
    <span class="filter">
      <button type="button" class="icon" aria-pressed={isIn} aria-label={`Only ${field} ${value}`} onClick={() => change({ query: isIn ? without(query, term) : including(query, term) })}><Icon name="plus" /></button>
      <button type="button" class="icon" aria-pressed={isOut} aria-label={`Without ${field} ${value}`} onClick={() => change({ query: isOut ? without(query, `NOT ${term}`) : excluding(query, term) })}><Icon name="minus" /></button>
    </span>
  );
}

type Field = Answer<'/v1/logs/fields'>['fields'][number];

const openAtFirst = ['level', 'environment', 'project_id'];
// Level has a column as it is.
const alwaysShown = ['level', 'message'];

function Facet({ field }: { field: Field }) {
  const [isOpen, setOpen] = useState(openAtFirst.includes(field.name));
  const columns = parameters('column');
  const isColumn = columns.includes(field.name);
  const id = useId();
  const short = field.name.replace(/^metadata\./, '');
  return (
    <section>
      <header>
        <button type="button" aria-expanded={isOpen} aria-controls={id} title={field.name} onClick={() => setOpen(!isOpen)}>
          <Icon name={isOpen ? 'down' : 'right'} /><span class="name">{short}</span><span class="quiet">{showNumber(field.count)}</span>
        </button>
        {!alwaysShown.includes(field.name) && (
          <button
            type="button"
            class="icon"
            aria-pressed={isColumn}
            aria-label={`${field.name} as a column`}
            title={isColumn ? 'Takes the column away' : 'Shows it as a column'}
            onClick={() => change({ column: isColumn ? columns.filter(name => name !== field.name) : [...columns, field.name] })}
          >
            <Icon name="columns" />
          </button>
        )}
      </header>
      <ul id={id} hidden={!isOpen}>
        {field.values.map(one => (
          <li key={one.value}>
            <span class="value" title={one.value}><bdi>{one.value === '' ? '""' : one.value}</bdi></span><span class="quiet">{showNumber(one.count)}</span><Filter field={field.name} value={one.value} />
            <i style={{ width: `calc((100% - 20px) * ${Math.min(1, one.count / field.count)})` }} />
          </li>
        ))}
      </ul>
    </section>
  );
}

export function Facets({ answer }: { answer: Answer<'/v1/logs/fields'> | undefined }) {
  return (
    <aside id="fields" class="facets" aria-label="Fields" tabIndex={0}>
      {answer?.fields.filter(field => field.values.length > 0).map(field => <Facet key={field.name} field={field} />)}
      {answer?.is_sample && <p class="quiet">Of a sample of {showNumber(answer.entries)} entries.</p>}
    </aside>
  );
}
