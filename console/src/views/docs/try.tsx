// Tries an operation with the session that there is, or with a key of one's own, which is kept in memory and nowhere else.

import { useRef, useState } from 'preact/hooks';
import { note, ownKey, urlOf } from '../../api/client';
import { Json } from '../../parts/pieces';
import type { Operation } from './description';

const mostShown = 200_000;

interface Outcome { status: string; headers: string; body: string; milliseconds: number }

const headersOf = (path: string, key: string): Record<string, string> => !key ? {}
  : path.startsWith('/v1/admin/') ? { 'x-admin-key': key }
    : key.startsWith('ltx_') || key.startsWith('lqs_') ? { Authorization: `Bearer ${key}` } : { 'x-api-key': key };

export function Try({ operation, example, type }: { operation: Operation; example: string | undefined; type: string | undefined }) {
  const [values, setValues] = useState<Record<string, string>>({});
  const [body, setBody] = useState(example ?? '');
  const [outcome, setOutcome] = useState<Outcome | null>(null);
  const [isBusy, setBusy] = useState(false);
  const running = useRef<AbortController | null>(null);
  const fields = operation.parameters.filter(one => one.in === 'path' || one.in === 'query');

  const send = async (event: Event) => {
    event.preventDefault();
    const controller = new AbortController();
    running.current = controller;
    setBusy(true);
    const of = (place: string) => Object.fromEntries(fields.filter(one => one.in === place).map(one => [one.name, values[one.name] ?? '']));
    const url = urlOf(operation.path, { path: of('path'), query: of('query') });
    const content = operation.body ? body : undefined;
    const began = performance.now();
    note({ method: operation.method, url, body: content });
    try {
      const response = await fetch(url, {
        method: operation.method,
        body: content,
        signal: controller.signal,
        credentials: ownKey.value ? 'omit' : 'same-origin',
        headers: { ...headersOf(operation.path, ownKey.value), ...(content === undefined ? {} : { 'Content-Type': type ?? 'application/json' }), ...(operation.method === 'GET' ? {} : { 'X-Requested-With': 'serverless' }) },
      });
      const headers = [...response.headers].map(([name, value]) => `${name}: ${value}`).join('\n');
      const show = (text: string) => setOutcome({ status: `${response.status}`, headers, body: text.slice(0, mostShown), milliseconds: performance.now() - began });
      let text = '';
      show(text);
      // What comes piece by piece is shown as it comes.
      const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
      for (let piece = await reader?.read(); piece && !piece.done && text.length < mostShown; piece = await reader!.read()) show(text += piece.value);
      if (text.length >= mostShown) controller.abort();
    } catch (thrown) {
      if (!controller.signal.aborted) setOutcome({ status: 'No answer', headers: '', body: String(thrown), milliseconds: performance.now() - began });
    }
    setBusy(false);
  };

  return (
    <details>
      <summary>Try it</summary>
      <form class="fields" onSubmit={send}>
        <label>A key of your own; without one the session is used<input type="password" autocomplete="off" value={ownKey.value} onInput={event => { ownKey.value = event.currentTarget.value.trim(); }} /></label>
        {fields.map(one => <label key={one.name}>{one.name}<input required={one.in === 'path'} value={values[one.name] ?? ''} spellcheck={false} onInput={event => setValues({ ...values, [one.name]: event.currentTarget.value })} /></label>)}
        {operation.body && <label>Body<textarea rows={8} value={body} spellcheck={false} onInput={event => setBody(event.currentTarget.value)} /></label>}
        <footer>
          {isBusy && <button type="button" onClick={() => running.current?.abort()}>Stop</button>}
          <button type="submit" class="primary" disabled={isBusy}>Send</button>
        </footer>
      </form>
      {outcome && (
        <div role="status">
          <p><b>{outcome.status}</b> <span class="quiet">after {Math.round(outcome.milliseconds)} ms</span></p>
          <details><summary>Headers</summary><pre tabIndex={0}>{outcome.headers}</pre></details>
          <Json value={outcome.body} />
        </div>
      )}
    </details>
  );
}
