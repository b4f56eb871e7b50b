// A button that opens a panel below it, which a click elsewhere or Escape closes.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';

interface MenuProps {
  /** What the button shows. */
  label: ComponentChildren;
  /** What it is for, where that is not to be read on it. */
  title?: string;
  /** The panel; it is given a function that closes it. */
  children: (close: () => void) => ComponentChildren;
  class?: string;
  align?: 'left' | 'right';
}

export function Menu({ label, title, children, class: kind = '', align = 'left' }: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const host = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const close = () => setOpen(false);

  // The focus is in the panel as soon as that is seen: whoever presses the next key at once presses it there.
  useLayoutEffect(() => {
    if (!isOpen) return;
    const panel = host.current!.querySelector<HTMLElement>('.panel')!;
    (panel.querySelector<HTMLElement>('[autofocus], input, [aria-current="true"]') ?? panel.querySelector<HTMLElement>('button, a[href]'))?.focus();
    const outside = (event: Event) => { if (!host.current?.contains(event.target as Node)) close(); };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [isOpen]);

  const onKeyDown = (event: KeyboardEvent) => {
    if (!isOpen) return;
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close();
      button.current?.focus();
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      const items = [...host.current!.querySelectorAll<HTMLElement>('.panel button, .panel a[href], .panel input')];
      const at = items.indexOf(document.activeElement as HTMLElement);
      const next = items[(at + (event.key === 'ArrowDown' ? 1 : -1) + items.length) % items.length];
      if (next) {
        event.preventDefault();
        next.focus();
      }
    }
  };

  return (
    <div class={`menu ${kind}`} ref={host} onKeyDown={onKeyDown}>
      <button type="button" ref={button} title={title} aria-label={title} aria-haspopup="true" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>{label}</button>
      {isOpen && <div class={`panel ${align}`}>{children(close)}</div>}
    </div>
  );
}
