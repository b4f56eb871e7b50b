// A panel over the page, in the browser's own dialog: it keeps the focus, and Escape closes it.

import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { Icon } from './icons';

interface DialogProps { title: string; close: () => void; children: ComponentChildren; class?: string }

export function Dialog({ title, close, children, class: kind = '' }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  // At once: whoever types on quickly types into it.
  useLayoutEffect(() => {
    const element = dialog.current!;
    const before = document.activeElement;
    element.showModal();
    return () => {
      element.close();
      if (before instanceof HTMLElement) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={kind}
      aria-label={title}
      onKeyDown={event => event.stopPropagation()}
      onCancel={event => { event.preventDefault(); close(); }}
      onClick={event => { if (event.target === dialog.current) close(); }}
    >
      <div class="sheet">
        <header><h2>{title}</h2><button type="button" class="icon" aria-label="Close" onClick={close}><Icon name="close" /></button></header>
        {children}
      </div>
    </dialog>
  );
}

interface ConfirmProps { title: string; text: string; action: string; run: () => Promise<void> | void; close: () => void }

/** Asks before something that cannot be taken back. */
export function Confirm({ title, text, action, run, close }: ConfirmProps) {
  return (
    <Dialog title={title} close={close} class="narrow">
      <p>{text}</p>
      <footer>
        <button type="button" onClick={close}>Keep</button>
        <button type="button" class="danger" autofocus onClick={() => { close(); void run(); }}>{action}</button>
      </footer>
    </Dialog>
  );
}
