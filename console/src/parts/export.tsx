// Saves all that a list holds as lines of JSON: the API streams it, up to its bound, and the browser keeps it as a file.

import { useState } from 'preact/hooks';
import { fetchFrom } from '../api/client';
import { Icon } from './icons';
import { sayFailure } from './toast';

interface ExportProps {
  /** The address of the list, with what is asked of it. */
  url: string;
  /** The name of the file. */
  name: string;
  /** What it holds, for the button's title. */
  of: string;
}

const lines = 'application/x-ndjson';

export function Export({ url, name, of }: ExportProps) {
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const response = await fetchFrom('GET', url, undefined, { headers: { Accept: lines } });
      const link = document.createElement('a');
      link.href = URL.createObjectURL(await response.blob());
      link.download = name;
      link.click();
      URL.revokeObjectURL(link.href);
    } catch (thrown) {
      sayFailure(thrown);
    }
    setBusy(false);
  };
  return <button type="button" disabled={isBusy} title={`Save ${of} as lines of JSON, 100,000 at most`} onClick={() => void save()}><Icon name="export" />{isBusy ? 'Saving…' : 'NDJSON'}</button>;
}
