// What stands below a chart's axis of time: times in one line, and the day below them where more than one is in sight. Pure functions.

import type { Zone } from '../state/preferences';
import { day, minute, showDate, showTime } from '../state/times';

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `27 Nov`. */
function showDay(date: string) {
  const [, month, dayOfMonth] = date.split('-').map(Number) as [number, number, number];
  return `${dayOfMonth} ${months[month - 1]}`;
}

/**
 * The texts of an axis.
 * @param times Where something stands, in milliseconds, oldest first.
 * @param step How far apart they are, in milliseconds.
 */
export function axisTexts(times: readonly number[], step: number, zone: Zone): string[] {
  const dates = times.map(time => showDate(new Date(time), zone));
  if (step >= day) return dates.map(showDay);
  const isOneDay = dates.every(date => date === dates[0]);
  return times.map((time, at) => {
    const at24 = new Date(time);
    const clock = showTime(at24, zone, { milliseconds: false, now: at24 }).slice(0, step < minute ? 8 : 5);
    return isOneDay || dates[at] === dates[at - 1] ? clock : `${clock}\n${showDay(dates[at]!)}`;
  });
}

/** How high an axis with these texts is, in pixels. */
export const axisHeight = (texts: readonly string[] | null | undefined) => (texts?.some(text => text?.includes('\n')) ? 36 : 22);
