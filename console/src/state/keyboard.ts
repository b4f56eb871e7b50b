// Keys of the page and of the view that is open. A view says what its keys do, so that `?` can list them.

import { signal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';

export interface Key {
  /** Such as `j`, `Enter`, `Escape`, `?`, `ctrl+k`, or two in a row: `g l`. */
  readonly keys: string;
  readonly does: string;
  readonly run: (event: KeyboardEvent) => void;
  /** Whether it also works while somebody types. */
  readonly whileTyping?: boolean;
}

const layers: { current: readonly Key[] }[] = [];

/** Changes when a layer of keys comes or goes. */
export const keyLayers = signal(0);

/** All keys that work now, the page's own first. */
export const listKeys = () => layers.flatMap(layer => layer.current);

/** Keys that work while a part is there; those that came last are asked first. */
export function useKeys(keys: readonly Key[]) {
  const layer = useRef(keys);
  layer.current = keys;
  // What is seen can be used: its keys are there with it, and not a moment later.
  useLayoutEffect(() => {
    layers.push(layer);
    keyLayers.value += 1;
    return () => {
      layers.splice(layers.indexOf(layer), 1);
      keyLayers.value += 1;
    };
  }, []);
}

const isTyping = (target: EventTarget | null) =>
  target instanceof HTMLElement && (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement
    || (target instanceof HTMLInputElement && !['checkbox', 'radio', 'button', 'submit'].includes(target.type)));

// Enter and space belong to what has the focus.
const isControl = (target: EventTarget | null) => target instanceof HTMLElement && target.closest('a[href], button, summary, [role="menuitem"], [role="option"], [role="tab"]') !== null;

let first = '';
let firstAt = 0;
const patience = 1200;

function find(name: string, typing: boolean) {
  for (const layer of [...layers].reverse()) {
    const key = layer.current.find(candidate => candidate.keys === name && (!typing || candidate.whileTyping));
    if (key) return key;
  }
  return undefined;
}

/** Listens. Called once. */
export function listen() {
  document.addEventListener('keydown', event => {
    if (event.defaultPrevented || event.isComposing || event.altKey) return;
    const typing = isTyping(event.target);
    const name = event.ctrlKey || event.metaKey ? `ctrl+${event.key.toLowerCase()}` : event.key;
    if ((name === 'Enter' || name === ' ') && isControl(event.target)) return;
    const pair = first && performance.now() - firstAt < patience ? `${first} ${name}` : '';
    first = '';
    const key = (pair && find(pair, typing)) || find(name, typing);
    if (key) {
      event.preventDefault();
      key.run(event);
    } else if (!typing && name.length === 1 && listKeys().some(candidate => candidate.keys.startsWith(`${name} `))) {
      first = name;
      firstAt = performance.now();
    }
  });
}
