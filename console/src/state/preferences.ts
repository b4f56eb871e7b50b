// What a person prefers, kept in the browser: it is no state of a view, and stands in no address.

import { computed, effect, signal } from '@preact/signals';

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

const scheme = window.matchMedia('(prefers-color-scheme: dark)');
const isSystemDark = signal(scheme.matches);
scheme.addEventListener('change', () => { isSystemDark.value = scheme.matches; });

/** Whether the page is dark: what is drawn, and not styled, is drawn anew when that changes. */
export const isDark = computed(() => theme.value === 'dark' || (theme.value === 'system' && isSystemDark.value));

effect(() => {
  document.documentElement.dataset.theme = theme.value;
});
