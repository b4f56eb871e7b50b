// Fields with their most frequent values: + asks for one, − leaves it out.

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

export function Facets({ answer }: { answer: Answer<'/v1/logs/fields'> | undefined }) {
  const columns = parameters('column');
  return (
    <aside class="facets" aria-label="Fields" tabIndex={0}>
      {answer?.fields.filter(field => field.values.length > 0).map(field => (
        <details key={field.name} open={['level', 'environment', 'project_id'].includes(field.name)}>
          <summary><span>{field.name}</span> <span class="quiet">{showNumber(field.count)}</span></summary>
          {field.name !== 'level' && (
            <label><input type="checkbox" checked={columns.includes(field.name)} onChange={() => change({ column: columns.includes(field.name) ? columns.filter(name => name !== field.name) : [...columns, field.name] })} />as a column</label>
          )}
          <ul>
            {field.values.map(one => <li key={one.value}><span title={one.value}>{one.value}</span><span class="quiet">{showNumber(one.count)}</span><Filter field={field.name} value={one.value} /></li>)}
          </ul>
        </details>
      ))}
      {answer?.is_sample && <p class="quiet">Of a sample of {showNumber(answer.entries)} entries.</p>}
    </aside>
  );
}
