// A sentence that says what came of something, at the edge of the page, for a few seconds.

import { signal } from '@preact/signals';

interface Toast { id: number; text: string; isBad: boolean }

const toasts = signal<readonly Toast[]>([]);
const shownFor = 5000;
let next = 0;

export function say(text: string, { isBad = false } = {}) {
  const toast = { id: next++, text, isBad };
  toasts.value = [...toasts.value.slice(-3), toast];
  window.setTimeout(() => { toasts.value = toasts.value.filter(other => other !== toast); }, shownFor);
}

export const sayFailure = (thrown: unknown) => say(thrown instanceof Error ? thrown.message : String(thrown), { isBad: true });

export const Toasts = () => (
  <div class="toasts" role="status" aria-live="polite">
    {toasts.value.map(toast => <p key={toast.id} class={toast.isBad ? 'toast bad' : 'toast'}>{toast.isBad ? '✕ ' : '✓ '}{toast.text}</p>)}
  </div>
);
