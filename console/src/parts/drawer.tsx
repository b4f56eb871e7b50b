// What was chosen, beside the list it was chosen from; over it where the page is narrow.

import type { ComponentChildren } from 'preact';
import { useKeys } from '../state/keyboard';
import { Icon } from './icons';

interface DrawerProps { title: ComponentChildren; label: string; close: () => void; actions?: ComponentChildren; children: ComponentChildren }

export function Drawer({ title, label, close, actions, children }: DrawerProps) {
  useKeys([{ keys: 'Escape', does: 'Closes what is open', run: close, whileTyping: true }]);
  return (
    <aside class="drawer" aria-label={label}>
      <header><h2>{title}</h2>{actions}<button type="button" class="icon" aria-label="Close" title="Close (Esc)" onClick={close}><Icon name="close" /></button></header>
      <div class="body" tabIndex={0} role="region" aria-label={label}>{children}</div>
    </aside>
  );
}
