import { useState } from 'preact/hooks';
import { Icon } from './icons';
import { say } from './toast';

/** Puts a text onto the clipboard, by the old way where the new one is not allowed. */
export async function copyText(text: string) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = document.createElement('textarea');
    area.value = text;
    area.className = 'off-screen';
    document.body.append(area);
    area.select();
    document.execCommand('copy');
    area.remove();
  }
}

interface CopyProps { text: string | (() => string); label: string; done?: () => void; children?: preact.ComponentChildren }

/** A button that copies a text, and says so in its own place. */
export function Copy({ text, label, done, children }: CopyProps) {
  const [isDone, setDone] = useState(false);
  const copy = async (event: Event) => {
    event.stopPropagation();
    await copyText(typeof text === 'string' ? text : text());
    setDone(true);
    say('Copied');
    done?.();
    window.setTimeout(() => setDone(false), 1500);
  };
  return (
    <button type="button" class={children ? '' : 'icon'} title={label} aria-label={children ? undefined : label} onClick={copy}>
      <Icon name={isDone ? 'check' : 'copy'} />{children}
    </button>
  );
}
