// A form in a dialog: it sends, says what is wrong, and closes when it is done.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiFailure } from '../api/client';
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
      {failure && (
        <div class="mistake" role="alert">
          <p>{failure.message}</p>
          {failure.details.map((detail, at) => <p key={at}>{[detail.field ?? detail.name ?? detail.param, detail.message].filter(Boolean).join(': ')}</p>)}
        </div>
      )}
      <footer>
        {cancel && <button type="button" onClick={cancel}>Cancel</button>}
        <button type="submit" class={isDanger ? 'danger' : 'primary'} disabled={isBusy}>{action}</button>
      </footer>
    </form>
  );
}

interface FormDialogProps extends Omit<FormProps, 'cancel'> { title: string; close: () => void }

export const FormDialog = ({ title, close, ...form }: FormDialogProps) => (
  <Dialog title={title} close={close} class="narrow"><Form {...form} cancel={close} /></Dialog>
);
