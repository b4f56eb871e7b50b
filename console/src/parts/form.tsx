// A form in a dialog: it sends, says what is wrong, and closes when it is done.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiFailure, Problem } from '../api/client';
import { asFailure } from '../state/resource';
import { Dialog } from './dialog';

/** The fields of a form, by their names. */
export type Fields = (name: string) => string;

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
    }
    setBusy(false);
  };

  return (
    <form class="fields" onSubmit={submit}>
      {children}
      {failure && <Mistakes failure={failure} problems={failure.details} />}
      <footer>
        {cancel && <button type="button" onClick={cancel}>Cancel</button>}
        <button type="submit" class={isDanger ? 'danger' : 'primary'} disabled={isBusy}>{action}</button>
      </footer>
    </form>
  );
}

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
