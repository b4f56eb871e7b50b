// Small pieces that all views use: times, states, numbers, values, and what stands where nothing is yet.

import type { ComponentChildren } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { tick } from '../state/clock';
import { zone } from '../state/preferences';
import { showAgo, showTime, showUtc } from '../state/times';
import { Copy } from './copy';

/** A time in the chosen zone; UTC when pointed at. */
export function Time({ at, milliseconds = false, ago = false }: { at: string | null | undefined; milliseconds?: boolean; ago?: boolean }) {
  if (!at) return <span class="quiet">–</span>;
  const time = new Date(at);
  return <time dateTime={at} title={showUtc(time)}>{ago ? showAgo(time, new Date(Math.max(tick.value, Date.now()))) : showTime(time, zone.value, { milliseconds })}</time>;
}

const marks: Record<string, string> = {
  success: '✓', completed: '✓', active: '✓', ok: '✓', delivered: '✓', resolved: '✓',
  error: '✕', failed: '✕', fatal: '✕', panic: '✕', revoked: '✕', suspended: '✕', switched_off: '✕', firing: '✕',
  timeout: '◷', rate_limited: '◷', warn: '!', failing: '!', not_evaluated: '!', cancelled: '–', skipped: '–', waiting: '◷', running: '▸', queued: '·', pending: '·', info: 'i', debug: '·',
};

/** A state or a level: a word with a sign and a colour. */
export const State = ({ name }: { name: string }) => <span class="state" data-state={name}><span aria-hidden="true">{marks[name] ?? '·'}</span> {name.replaceAll('_', ' ')}</span>;

/** A number as people read it: `1,234`, `12.3 k`, `4.5 M`. */
export function showNumber(value: number) {
  const size = Math.abs(value);
  if (size >= 1e9) return `${(value / 1e9).toFixed(1)} G`;
  if (size >= 1e6) return `${(value / 1e6).toFixed(1)} M`;
  if (size >= 1e4) return `${(value / 1e3).toFixed(1)} k`;
  return Number.isInteger(value) ? value.toLocaleString('en') : value.toFixed(2);
}

/** Dollars, with as many digits as it takes to see something. */
export const showCost = (value: number) => `$${value === 0 ? '0' : value < 0.01 ? value.toPrecision(2) : value < 100 ? value.toFixed(2) : Math.round(value).toLocaleString('en')}`;

/** A sum of costs; what is not known of any request is not nothing. */
export const showSpend = (value: number, unpriced: number) => value === 0 && unpriced > 0 ? 'unknown' : showCost(value);

/** A cost, and whether there is more to it than is known. */
export const Cost = ({ value, unpriced }: { value: number; unpriced: number }) => unpriced === 0 ? <>{showCost(value)}</>
  : <span title={`${unpriced.toLocaleString('en')} with unknown price`}>{value === 0 ? <span class="quiet">unknown price</span> : <>{showCost(value)}<span class="quiet"> +?</span></>}</span>;

export const showShare = (value: number) => `${(value * 100).toFixed(value > 0 && value < 0.1 ? 1 : 0)} %`;

export function showBytes(value: number) {
  const names = ['B', 'KB', 'MB', 'GB', 'TB'];
  let size = value;
  let at = 0;
  while (size >= 1024 && at < names.length - 1) {
    size /= 1024;
    at += 1;
  }
  return `${at && size < 100 ? size.toFixed(1) : Math.round(size)} ${names[at]}`;
}

/** Grey bars where something will be; they come after 300 ms, so that what is quick does not blink. */
export function Skeleton({ rows = 6 }: { rows?: number }) {
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    const timer = window.setTimeout(() => setShown(true), 300);
    return () => window.clearTimeout(timer);
  }, []);
  return <div class="skeleton" role="status" aria-label="Loading">{isShown && Array.from({ length: rows }, (_, at) => <i key={at} />)}</div>;
}

interface EmptyProps { title: string; children?: ComponentChildren }

/** What stands where there is nothing: what it would be, and how it comes there. */
export const Empty = ({ title, children }: EmptyProps) => <section class="empty"><h2>{title}</h2>{children}</section>;

/** A command that can be copied. */
export const Command = ({ text, copied }: { text: string; copied?: () => void }) => <div class="command"><pre tabIndex={0}>{text}</pre><Copy text={text} label="Copy the command" done={copied} /></div>;

/** A name with its value. */
export type Fact = readonly [name: string, value: ComponentChildren];

/** Names with their values. */
export const Facts = ({ facts }: { facts: readonly Fact[] }) => (
  <dl class="facts">{facts.filter(([, value]) => value !== null && value !== undefined && value !== '').map(([name, value]) => <div key={name}><dt>{name}</dt><dd>{value}</dd></div>)}</dl>
);

/** One number with its name; it leads somewhere when it has an address. */
export function Figure({ name, value, note, href, isBad }: { name: string; value: ComponentChildren; note?: ComponentChildren; href?: string; isBad?: boolean }) {
  const inside = <><span class="name">{name}</span><strong class={isBad ? 'bad' : ''}>{value}</strong>{note && <span class="quiet">{note}</span>}</>;
  return href ? <a class="figure" href={href}>{inside}</a> : <div class="figure">{inside}</div>;
}

/** JSON with its text coloured by kind. It is text throughout: nothing in it becomes markup. */
export function Json({ value }: { value: unknown }) {
  const text = typeof value === 'string' ? value : JSON.stringify(value, null, 2);
  const parts = text.split(/("(?:[^"\\]|\\.)*"(?:\s*:)?|\b(?:true|false|null)\b|-?\b\d+(?:\.\d+)?(?:[eE][+-]?\d+)?\b)/);
  return (
    <pre class="json" tabIndex={0}>
      {parts.map((part, at) => at % 2 === 0 ? part : <span key={at} class={part.startsWith('"') ? (part.endsWith(':') ? 'name' : 'text') : 'literal'}>{part}</span>)}
    </pre>
  );
}
