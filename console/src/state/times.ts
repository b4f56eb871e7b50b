// Times as people type and read them. Pure functions; the zone is told.

import type { Zone } from './preferences';

export const second = 1000;
export const minute = 60 * second;
export const hour = 60 * minute;
export const day = 24 * hour;

const units: Record<string, number> = { s: second, m: minute, h: hour, d: day, w: 7 * day };
const days = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'];

interface Parts { year: number; month: number; date: number; hours: number; minutes: number; seconds: number }

function partsOf(time: Date, zone: Zone): Parts {
  return zone === 'utc'
    ? { year: time.getUTCFullYear(), month: time.getUTCMonth(), date: time.getUTCDate(), hours: time.getUTCHours(), minutes: time.getUTCMinutes(), seconds: time.getUTCSeconds() }
    : { year: time.getFullYear(), month: time.getMonth(), date: time.getDate(), hours: time.getHours(), minutes: time.getMinutes(), seconds: time.getSeconds() };
}

function timeOf({ year, month, date, hours, minutes, seconds }: Parts, zone: Zone) {
  return zone === 'utc' ? new Date(Date.UTC(year, month, date, hours, minutes, seconds)) : new Date(year, month, date, hours, minutes, seconds);
}

/** The time of a text such as `now`, `-2h`, `30 minutes ago`, `yesterday 14:00`, `monday`, `9:30`, `2026-11-27 14:00`; null for what is none. */
export function parseTime(typed: string, now: Date, zone: Zone): Date | null {
  const text = typed.trim().toLowerCase();
  if (text === 'now') return now;

  const back = /^-\s*(\d+)\s*([smhdw])$/.exec(text) ?? /^(\d+)\s*([smhdw])[a-z]*\s+ago$/.exec(text);
  if (back) return new Date(now.getTime() - Number(back[1]) * units[back[2]!]!);

  if (/^\d{4}-\d{2}-\d{2}t.*(z|[+-]\d{2}:?\d{2})$/.test(text)) {
    const exact = new Date(typed.trim());
    return Number.isNaN(exact.getTime()) ? null : exact;
  }

  const match = /^(today|yesterday|[a-z]+day|\d{4}-\d{2}-\d{2})?[\st]*(?:(\d{1,2}):(\d{2})(?::(\d{2}))?)?$/.exec(text);
  if (!text || !match) return null;
  const [, word, hours, minutes, seconds] = match;
  const parts = { ...partsOf(now, zone), hours: Number(hours ?? 0), minutes: Number(minutes ?? 0), seconds: Number(seconds ?? 0) };
  if (parts.hours > 23 || parts.minutes > 59 || parts.seconds > 59) return null;
  if (word === 'yesterday') {
    parts.date -= 1;
  } else if (word && /^\d/.test(word)) {
    const [year, month, date] = word.split('-').map(Number) as [number, number, number];
    Object.assign(parts, { year, month: month - 1, date });
    const noon = new Date(Date.UTC(year, month - 1, date));
    if (noon.getUTCMonth() !== month - 1 || noon.getUTCDate() !== date) return null;
  } else if (word && word !== 'today') {
    const wanted = days.indexOf(word);
    if (wanted < 0) return null;
    const today = zone === 'utc' ? now.getUTCDay() : now.getDay();
    parts.date -= (today - wanted + 7) % 7 || 7;
  }
  return timeOf(parts, zone);
}

/** The length of a text such as `15m` or `7d`, in milliseconds; null for what is none. */
export function parseLength(text: string) {
  const match = /^(\d+)([smhdw])$/.exec(text.trim().toLowerCase());
  return match ? Number(match[1]) * units[match[2]!]! : null;
}

const two = (value: number) => String(value).padStart(2, '0');

/** `14:03:07.123`, with the date before it when it is not of today. */
export function showTime(time: Date, zone: Zone, { milliseconds = true, now = new Date() } = {}) {
  const parts = partsOf(time, zone);
  const today = partsOf(now, zone);
  const clock = `${two(parts.hours)}:${two(parts.minutes)}:${two(parts.seconds)}${milliseconds ? `.${String(time.getUTCMilliseconds()).padStart(3, '0')}` : ''}`;
  return parts.date === today.date && parts.month === today.month && parts.year === today.year ? clock : `${showDate(time, zone)} ${clock}`;
}

/** `2026-11-27`. */
export function showDate(time: Date, zone: Zone) {
  const parts = partsOf(time, zone);
  return `${parts.year}-${two(parts.month + 1)}-${two(parts.date)}`;
}

/** `2026-11-27 14:03`, as it can be typed again. */
export function showMinute(time: Date, zone: Zone) {
  const parts = partsOf(time, zone);
  return `${showDate(time, zone)} ${two(parts.hours)}:${two(parts.minutes)}${parts.seconds ? `:${two(parts.seconds)}` : ''}`;
}

/** `2026-11-27 14:03` by the clocks of a zone of the IANA database; null where the browser does not know it. */
export function showInZone(time: Date, zone: string) {
  try {
    // Swedes write times as we do.
    return time.toLocaleString('sv', { timeZone: zone, dateStyle: 'short', timeStyle: time.getUTCSeconds() ? 'medium' : 'short' });
  } catch {
    return null;
  }
}

/** `2026-11-27 14:03:07.123 UTC`. */
export const showUtc = (time: Date) => `${time.toISOString().replace('T', ' ').replace('Z', '')} UTC`;

/** A length of time in a few characters: `340 ms`, `1.2 s`, `3 m 20 s`, `2 h 5 m`, `3 d 4 h`. */
export function showLength(milliseconds: number) {
  const value = Math.max(0, milliseconds);
  if (value < second) return `${value < 10 && value % 1 ? value.toFixed(1) : Math.round(value)} ms`;
  if (value < 10 * second) return `${(value / second).toFixed(value % second ? 1 : 0)} s`;
  if (value < minute) return `${Math.round(value / second)} s`;
  const [large, small] = value < hour ? ['m', 's'] : value < day ? ['h', 'm'] : ['d', 'h'];
  const rest = Math.floor((value % units[large!]!) / units[small!]!);
  return `${Math.floor(value / units[large!]!)} ${large}${rest ? ` ${rest} ${small}` : ''}`;
}

/** How long ago: `now`, `40 s ago`, `5 m ago`, `3 h ago`, `2 d ago`. */
export function showAgo(time: Date, now: Date) {
  const past = now.getTime() - time.getTime();
  if (past < 0) return `in ${showLength(-past)}`;
  if (past < 5 * second) return 'now';
  const unit = past < minute ? 's' : past < hour ? 'm' : past < day ? 'h' : 'd';
  return `${Math.floor(past / units[unit]!)} ${unit} ago`;
}
