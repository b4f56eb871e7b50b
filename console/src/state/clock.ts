// The minute after which a view that is seen looks again. One that is hidden asks nothing; seen again, it looks at once if a minute went by.

import { signal } from '@preact/signals';
import { minute } from './times';

/** When the views were last told to look again, in milliseconds. */
export const tick = signal(Date.now());

/** Whether the page is seen. */
export const isSeen = signal(!document.hidden);

/** Makes all views look again now. */
export function lookAgain() {
  tick.value = Date.now();
}

/** Keeps the clock. Called once. */
export function keepTime() {
  const check = () => {
    isSeen.value = !document.hidden;
    if (isSeen.value && Date.now() - tick.value >= minute) lookAgain();
  };
  document.addEventListener('visibilitychange', check);
  window.setInterval(check, 5000);
}
