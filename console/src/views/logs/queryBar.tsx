// The question, as text. `/` comes here, Enter asks; names of fields and their values are completed.

import { useEffect, useRef, useState } from 'preact/hooks';
import type { Answer, ApiFailure } from '../../api/client';
import { change, parameter } from '../../state/address';
import { useKeys } from '../../state/keyboard';
import { canAsk, placeOf, quote } from './terms';

type Fields = Answer<'/v1/logs/fields'>['fields'];

interface QueryBarProps { fields: Fields; failure: ApiFailure | undefined }

/** What may stand where somebody types: the start of it, and the choices for it. */
export function completionsAt(text: string, caret: number, fields: Fields) {
  const typed = /[\w.@/$-]*(?::"?[^"\s]*)?$/.exec(text.slice(0, caret))![0];
  const from = caret - typed.length;
  const [name, value] = typed.includes(':') ? [typed.slice(0, typed.indexOf(':')), typed.slice(typed.indexOf(':') + 1).replace(/^"/, '')] : [typed, null];
  const choices = value === null
    ? (name ? fields.map(field => field.name).filter(field => canAsk(field) && field.toLowerCase().includes(name.toLowerCase()) && field !== name).map(field => `${field}:`) : [])
    : (fields.find(field => field.name === name)?.values ?? []).map(one => one.value).filter(one => one.toLowerCase().includes(value.toLowerCase()) && one !== value).map(one => `${name}:${/^\w+$/.test(one) ? one : quote(one)}`);
  return { from, choices: choices.slice(0, 10) };
}

export function QueryBar({ fields, failure }: QueryBarProps) {
  const asked = parameter('query');
  const [text, setText] = useState(asked);
  const [caret, setCaret] = useState(-1);
  const [at, setAt] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => setText(asked), [asked]);
  useKeys([{ keys: '/', does: 'To the question', run: () => input.current?.select() }]);

  const { from, choices } = caret < 0 ? { from: 0, choices: [] as string[] } : completionsAt(text, caret, fields);
  const ask = (query: string) => {
    setCaret(-1);
    setAt(-1);
    change({ query: query.trim() });
  };
  const choose = (choice: string) => {
    const isWhole = !choice.endsWith(':');
    const next = `${text.slice(0, from)}${choice}${isWhole ? ' ' : ''}`;
    const whole = next + text.slice(caret).trimStart();
    setText(whole);
    setCaret(isWhole ? -1 : next.length);
    setAt(-1);
    // At once: who types on quickly must not be overtaken.
    input.current!.value = whole;
    input.current!.focus();
    input.current!.setSelectionRange(next.length, next.length);
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step && choices.length) {
      event.preventDefault();
      setAt((at + step + choices.length + (at < 0 && step < 0 ? 1 : 0)) % choices.length);
    } else if ((event.key === 'Enter' || event.key === 'Tab') && choices[at]) {
      event.preventDefault();
      choose(choices[at]);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      ask(text);
    } else if (event.key === 'Escape') {
      event.preventDefault();
      if (choices.length) setCaret(-1);
      else input.current?.blur();
    }
  };

  const mistake = failure?.status === 400 ? failure.details[0]?.message ?? failure.message : null;
  const place = mistake ? placeOf(mistake) : null;
  return (
    <div class="query grow">
      <input
        ref={input}
        class="mono"
        role="combobox"
        aria-label="Question"
        aria-expanded={choices.length > 0}
        aria-controls="completions"
        aria-activedescendant={choices[at] ? `completion-${at}` : undefined}
        aria-invalid={mistake ? true : undefined}
        placeholder={'words, "phrases", level:error, metadata.ms:>500   ( / )'}
        value={text}
        spellcheck={false}
        autocomplete="off"
        onInput={event => { setText(event.currentTarget.value); setCaret(event.currentTarget.selectionStart ?? -1); setAt(-1); }}
        onKeyDown={onKeyDown}
        onBlur={() => setCaret(-1)}
      />
      <ul id="completions" role="listbox" aria-label="Completions" hidden={choices.length === 0}>
        {choices.map((choice, index) => (
          <li key={choice} id={`completion-${index}`} role="option" aria-selected={index === at} onPointerDown={event => { event.preventDefault(); choose(choice); }}><code>{choice}</code></li>
        ))}
      </ul>
      {mistake && <p class="mistake" role="alert">{place !== null && <code>{asked.slice(0, place)}<mark>{asked.slice(place, place + 1) || '␣'}</mark>{asked.slice(place + 1)}</code>} {mistake}</p>}
    </div>
  );
}
