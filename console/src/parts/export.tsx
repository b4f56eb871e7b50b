// All that a list asks for, as a file: the API gives it out line by line, and it is gathered as it comes.

import { useEffect, useRef, useState } from 'preact/hooks';
import { ApiFailure, fetchFrom, note } from '../api/client';
import { Icon } from './icons';
import { showNumber } from './pieces';
import { say, sayFailure } from './toast';
import { asFailure } from '../state/resource';

/** The API ends a list after so many. */
const most = 100_000;
const together = 4 << 20;
const newLine = 10;

/** Asks for all records, and gives them as one file with their number. Large parts are handed to the browser, which need not keep them in memory. */
async function gather(url: string, signal: AbortSignal, onLines: (lines: number) => void) {
  const type = 'application/x-ndjson';
  const response = await fetchFrom('GET', url, undefined, { signal, headers: { Accept: type } });
  const parts: Blob[] = [];
  let open: BlobPart[] = [];
  let size = 0;
  let lines = 0;
  const reader = response.body!.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    for (const byte of read.value) if (byte === newLine) lines += 1;
    open.push(read.value);
    size += read.value.length;
    onLines(lines);
    if (size < together) continue;
    parts.push(new Blob(open));
    open = [];
    size = 0;
  }
  return { file: new Blob([...parts, ...open], { type }), lines };
}

function keep(file: Blob, name: string) {
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  // Not before the browser has begun.
  window.setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

interface ExportProps {
  /** The address of the list, with all that is asked of it. */
  url: () => string;
  /** What the records are called, as many. */
  of: string;
  disabled: boolean;
}

export function Export({ url: address, of, disabled }: ExportProps) {
  const [lines, setLines] = useState<number | null>(null);
  const asking = useRef<AbortController | null>(null);
  useEffect(() => () => asking.current?.abort(), []);

  const start = async () => {
    const controller = asking.current = new AbortController();
    const url = address();
    note({ method: 'GET', url });
    setLines(0);
    try {
      const { file, lines: all } = await gather(url, controller.signal, setLines);
      keep(file, `${of}-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.ndjson`);
      say(all >= most ? `${showNumber(all)} ${of} exported: there may be more` : `${all.toLocaleString('en')} ${of} exported`);
    } catch (thrown) {
      if (!controller.signal.aborted) sayFailure(thrown instanceof ApiFailure ? thrown : asFailure(new Error('The export was broken off. Nothing was saved.')));
    }
    asking.current = null;
    setLines(null);
  };

  return lines === null
    ? <button type="button" title={`Export all ${of} that are asked for, up to 100,000, a line of JSON each`} disabled={disabled} onClick={() => void start()}><Icon name="export" />Export</button>
    : <button type="button" title="Breaks the export off" onClick={() => asking.current?.abort()}><Icon name="close" />{showNumber(lines)}</button>;
}
