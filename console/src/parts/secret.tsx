// A secret that is shown once: it cannot be had again, and so the panel is closed by its own button alone.

import { Copy } from './copy';
import { Dialog } from './dialog';

interface SecretProps { title: string; secret: string; note: string; close: () => void }

export const Secret = ({ title, secret, note, close }: SecretProps) => (
  <Dialog title={title} close={close}>
    <p>This is shown once, and never again. Keep it where your secrets are.</p>
    <div class="command"><pre tabIndex={0}>{secret}</pre><Copy text={secret} label="Copy the key">Copy</Copy></div>
    <p class="quiet">{note}</p>
    <footer><button type="button" class="primary" onClick={close}>I have it</button></footer>
  </Dialog>
);
