// What runs and their steps were given and gave, as text, JSON or link. Pictures are links: the page loads nothing from elsewhere.

import type { Answer } from '../../api/client';
import { Copy } from '../../parts/copy';
import { Json, showBytes, State } from '../../parts/pieces';
import type { Step } from './gantt';

type Output = Answer<'/v1/runs/{runId}'>['data']['outputs'][number];

const isWeb = (text: string) => /^https?:\/\/\S+$/i.test(text);

const Value = ({ value, isLink }: { value: unknown; isLink: boolean }) =>
  typeof value !== 'string' ? <Json value={value} />
    : isLink && isWeb(value) ? <a href={value} target="_blank" rel="noopener noreferrer">{value}</a>
      : <pre tabIndex={0}>{value}</pre>;

const spell = (value: unknown) => typeof value === 'string' ? value : JSON.stringify(value, null, 2);

/** What a run gave. */
export const OutputValue = ({ output: { label, status, error, value, type } }: { output: Output }) => (
  <article class="output">
    <h3>{label} <State name={status} /> {value != null && <Copy text={spell(value)} label={`Copy ${label}`} />}</h3>
    {error && <p class="bad">{error}</p>}
    {value == null ? null : <Value value={value} isLink={type === 'url'} />}
  </article>
);

/** The text as the JSON that it is; else, or if its end is cut off, as it is. */
function parse(text: string): unknown {
  try {
    return /^\s*[{[]/.test(text) ? JSON.parse(text) : text;
  } catch {
    return text;
  }
}

/** What a step was given or gave, which may be the beginning alone. */
export const StepValue = ({ name, value }: { name: string; value: Step['input'] }) => value && (
  <section>
    <h3>{name} <Copy text={value.text} label={`Copy ${name.toLowerCase()}`} /></h3>
    {value.isCut && <p class="quiet">cut: shows 4 KB of {showBytes(value.bytes)}</p>}
    <Value value={parse(value.text)} isLink={!value.isCut} />
  </section>
);
