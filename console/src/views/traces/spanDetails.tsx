import { Copy } from '../../parts/copy';
import { Drawer } from '../../parts/drawer';
import { Facts, Json, showCost, showNumber, State, Time, type Fact } from '../../parts/pieces';
import { to } from '../../state/address';
import { showLength } from '../../state/times';
import { isStep, isUnpriced, titleOf, type Call, type SpanRow, type Step } from './tree';

/** Everything that a span says of itself. */
export function SpanDetails({ row, close }: { row: SpanRow; close: () => void }) {
  const { children: _, ...span } = row.span;
  const { title, detail } = titleOf(row.span);
  return (
    <Drawer title={<>{title} <span class="quiet">{detail}</span></>} label="Span" close={close} actions={<Copy text={() => JSON.stringify(span, null, 2)} label="Copy as JSON" />}>
      {span.error_message && <p class="bad">{[span.error_code, span.error_message].filter(Boolean).join(': ')}</p>}
      <Facts facts={[
        ['Status', <State name={span.status} />],
        ['Began', <><Time at={span.timestamp} milliseconds /> <span class="quiet">+{showLength(row.begin)}</span></>],
        ['Took', showLength(span.latency_ms)],
        ...(isStep(row.span) ? [] : factsOfCall(row.span)),
        ['Kind', span.span_kind],
        ['Environment', span.environment],
        ['Span', <code>{span.span_id}</code>],
        ['Parent', span.parent_span_id && <code>{span.parent_span_id}</code>],
        ['Received', <Time at={span.received_at} />],
        ...(isStep(row.span) ? textsOf(row.span.attributes, '') : textsOf(row.span.tags, 'tag ')),
      ]} />
      <details><summary>JSON</summary><Json value={span} /></details>
    </Drawer>
  );
}

const textsOf = (texts: Step['attributes'] | Call['tags'], prefix: string) => Object.entries((texts ?? {}) as Record<string, string>).map(([name, value]): Fact => [`${prefix}${name}`, value]);

const factsOfCall = (span: Call): readonly Fact[] => [
  ['First token', span.ttft_ms == null ? null : showLength(span.ttft_ms)],
  ['Cost', isUnpriced(span) ? <span class="quiet">unknown price</span> : span.cost_usd == null ? null : <>{showCost(span.cost_usd)}{span.cost_source === 'priced' && <span class="quiet"> by its tokens</span>}</>],
  ['Tokens', span.input_tokens == null && span.output_tokens == null ? null : `${showNumber(span.input_tokens ?? 0)} in, ${showNumber(span.output_tokens ?? 0)} out${span.cached_tokens ? `, ${showNumber(span.cached_tokens)} cached` : ''}`],
  ['Provider', span.provider],
  ['Model', span.model],
  ['Ended because', span.finish_reason],
  ['User', span.user_id && <a href={to('/traces', { userId: span.user_id })}>{span.user_id}</a>],
  ['Session', span.session_id && <a href={to('/traces', { sessionId: span.session_id })}>{span.session_id}</a>],
];
