// A form in a dialog: it sends, says what is wrong, and closes when it is done.

import { createContext, type ComponentChildren } from 'preact';
import { useContext, useId, useRef, useState } from 'preact/hooks';
import type { ApiFailure, Problem } from '../api/client';
import { asFailure } from '../state/resource';
import { Dialog } from './dialog';

/** The fields of a form, by their names. */
export type Fields = (name: string) => string;

/** What is wrong with what was sent, and the names of the fields that say so themselves. */
const Problems = createContext<{ problems: readonly Problem[]; names: Set<string> }>({ problems: [], names: new Set() });

/** The name of the field that a problem is about: `output` for `prices[2].output`. */
const nameOf = ({ field, name, param }: Problem) => (field ?? name ?? param ?? '').replace(/\[\d+\]/g, '').split('.').at(-1)!;

interface FormProps {
  action: string;
  /** Sends; what it throws is shown. */
  send: (fields: Fields, form: HTMLFormElement) => Promise<unknown>;
  cancel?: () => void;
  isDanger?: boolean;
  children: ComponentChildren;
}

export function Form({ action, send, cancel, isDanger, children }: FormProps) {
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const names = useRef(new Set<string>()).current;
  const problems = failure?.details ?? [];

  const submit = async (event: Event) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const data = new FormData(form);
    setBusy(true);
    setFailure(null);
    try {
      await send(name => String(data.get(name) ?? '').trim(), form);
    } catch (thrown) {
      setFailure(asFailure(thrown));
      requestAnimationFrame(() => form.querySelector<HTMLElement>('[aria-invalid]')?.focus());
    }
    setBusy(false);
  };

  return (
    <form class="fields" onSubmit={submit}>
      <Problems.Provider value={{ problems, names }}>{children}</Problems.Provider>
      {failure && <Mistakes failure={failure} problems={problems.filter(problem => !names.has(nameOf(problem)))} />}
      <footer>
        {cancel && <button type="button" onClick={cancel}>Cancel</button>}
        <button type="submit" class={isDanger ? 'danger' : 'primary'} disabled={isBusy}>{action}</button>
      </footer>
    </form>
  );
}

interface FieldProps {
  name: string;
  title: string;
  note?: string;
  value?: string | number | null;
  type?: 'number' | 'date';
  step?: 'any';
  min?: number;
  maxLength?: number;
  required?: boolean;
  autofocus?: boolean;
  spellcheck?: boolean;
}

/** A field with its name, which says itself what is wrong with it. */
export function Field({ name, title, note, value, ...input }: FieldProps) {
  const id = useId();
  const { problems, names } = useContext(Problems);
  names.add(name);
  const own = problems.filter(problem => nameOf(problem) === name);
  return (
    <div class="field">
      <label>{title}<input name={name} defaultValue={value ?? ''} aria-invalid={own.length > 0 || undefined} aria-describedby={id} {...(input as object)} /></label>
      <div id={id}>{own.length > 0 ? own.map((problem, at) => <p key={at} class="mistake" role="alert">{problem.message}</p>) : note && <p class="quiet">{note}</p>}</div>
    </div>
  );
}

interface SelectProps {
  name: string;
  title: string;
  value?: string | number | null;
  options: readonly (readonly [value: string | number, title: string, ...rest: unknown[]])[];
  onChange?: (value: string) => void;
}

/** A choice with its name. */
export const Select = ({ name, title, value, options, onChange }: SelectProps) => (
  <label>{title}<select name={name} onChange={event => onChange?.(event.currentTarget.value)}>{options.map(([one, text]) => <option key={one} value={one} selected={one === value}>{text}</option>)}</select></label>
);

/** What is wrong with what was sent: all of it together, and the problems that stand at no field of their own. */
export const Mistakes = ({ failure, problems }: { failure: ApiFailure; problems: readonly Problem[] }) => (
  <div class="mistake" role="alert">
    <p>{failure.message}</p>
    {problems.map((problem, at) => <p key={at}>{[problem.field ?? problem.name ?? problem.param, problem.message].filter(Boolean).join(': ')}</p>)}
  </div>
);

/** Sends a form of several lines, where Enter begins another. */
export function submitOnControlEnter(event: KeyboardEvent) {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) (event.currentTarget as HTMLFormElement).requestSubmit();
}

interface FormDialogProps extends Omit<FormProps, 'cancel'> { title: string; close: () => void }

export const FormDialog = ({ title, close, ...form }: FormDialogProps) => (
  <Dialog title={title} close={close} class="narrow"><Form {...form} cancel={close} /></Dialog>
);
