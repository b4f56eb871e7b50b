// What a person prefers, kept in the browser: it is no state of a view, and stands in no address.

import { effect, signal } from '@preact/signals';

export type Theme = 'system' | 'light' | 'dark';
export type Zone = 'local' | 'utc';

function preference<T extends string>(name: string, values: readonly [T, ...T[]]) {
  let kept: string | null = null;
  try {
    kept = window.localStorage.getItem(name);
  } catch {
    // The browser keeps nothing for this page.
  }
  const state = signal<T>(values.find(value => value === kept) ?? values[0]);
  effect(() => {
    try {
      window.localStorage.setItem(name, state.value);
    } catch {
      // As above.
    }
  });
  return state;
}

export const theme = preference<Theme>('theme', ['system', 'light', 'dark']);
export const zone = preference<Zone>('zone', ['local', 'utc']);

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
