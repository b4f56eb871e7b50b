import { Dialog } from '../parts/dialog';
import { listKeys } from '../state/keyboard';

const shown: Record<string, string> = { Escape: 'Esc', 'ctrl+k': 'Ctrl-K', Enter: 'Enter' };

export function KeyList({ close }: { close: () => void }) {
  const keys = [...new Map(listKeys().map(key => [key.keys, key])).values()];
  return (
    <Dialog title="Keys" close={close}>
      <dl class="keys">{keys.map(key => <div key={key.keys}><dt>{(shown[key.keys] ?? key.keys).split(' ').map(one => <kbd key={one}>{one}</kbd>)}</dt><dd>{key.does}</dd></div>)}</dl>
    </Dialog>
  );
}
