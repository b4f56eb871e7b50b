// A trace as rows: each span with its depth, where it begins and how long it takes. Pure functions.

import type { Answer } from '../../api/client';

/** A span with those below it: a call of a model, or a step. */
export type Span = Extract<Answer<'/v1/traces'>, readonly unknown[]>[number];

/** A span that calls no model. */
export type Step = Extract<Span, { type: 'step' }>;

/** A span that does. */
export type Call = Exclude<Span, Step>;

export const isStep = (span: Span): span is Step => 'type' in span;

const isCall = (span: Span): span is Call => !isStep(span);

/** What a span is called in a line. */
export const titleOf = (span: Span) => isStep(span) ? { title: span.name, detail: span.span_kind } : { title: span.operation, detail: span.model };

export interface SpanRow {
  readonly span: Span;
  readonly depth: number;
  /** Milliseconds after the first span began. */
  readonly begin: number;
  readonly length: number;
  /** How many spans are below it. */
  readonly below: number;
}

export interface Tree {
  readonly rows: readonly SpanRow[];
  /** Milliseconds from the first begin to the last end; at least 1. */
  readonly length: number;
  readonly start: string;
  readonly spans: number;
  readonly errors: number;
  readonly tokens: number;
  /** What the calls cost of which that is known; null when it is of none. */
  readonly cost: number | null;
  /** Calls that cost what nobody knows. */
  readonly unpriced: number;
}

/** Whether a span calls a model, and nobody knows what that cost: tools and agents are not paid by their own tokens. */
export const isUnpriced = (span: Call) => span.cost_usd == null
  && (span.operation === 'chat' || span.operation === 'embed' || (span.operation === 'custom' && (span.input_tokens ?? span.output_tokens ?? span.cached_tokens) != null));

export const isFailed = (status: string) => status !== 'success';

/**
 * Lays a trace out, oldest first within each span.
 * @param closed The ids of spans whose children are not shown.
 */
export function layOut(roots: readonly Span[], closed: ReadonlySet<string>): Tree {
  const all: Span[] = [];
  const collect = (spans: readonly Span[]) => spans.forEach(span => { all.push(span); collect(span.children ?? []); });
  collect(roots);
  const begins = all.map(span => Date.parse(span.timestamp));
  const first = Math.min(...begins);
  const last = Math.max(...all.map((span, at) => begins[at]! + span.latency_ms));

  const rows: SpanRow[] = [];
  const place = (spans: readonly Span[], depth: number) => {
    let placed = 0;
    for (const span of [...spans].sort((one, other) => Date.parse(one.timestamp) - Date.parse(other.timestamp))) {
      const at = rows.length;
      const isShown = depth >= 0;
      if (isShown) rows.push({ span, depth, begin: Date.parse(span.timestamp) - first, length: span.latency_ms, below: 0 });
      const below = place(span.children ?? [], isShown && !closed.has(span.span_id) ? depth + 1 : -1);
      if (isShown) rows[at] = { ...rows[at]!, below };
      placed += below + 1;
    }
    return placed;
  };
  place(roots, 0);

  const calls = all.filter(isCall);
  const priced = calls.filter(span => typeof span.cost_usd === 'number');
  return {
    rows,
    length: Math.max(1, last - first),
    start: all.length ? new Date(first).toISOString() : '',
    spans: all.length,
    errors: all.filter(span => isFailed(span.status)).length,
    tokens: calls.reduce((sum, span) => sum + (span.input_tokens ?? 0) + (span.output_tokens ?? 0), 0),
    cost: priced.length ? priced.reduce((sum, span) => sum + span.cost_usd!, 0) : null,
    unpriced: calls.filter(isUnpriced).length,
  };
}
