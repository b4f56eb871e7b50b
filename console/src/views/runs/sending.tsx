// Sends a form, and says what is wrong with what was sent: of a field beside it, and all else below.

import { useState } from 'preact/hooks';
import type { ApiFailure } from '../../api/client';
import { Mistakes } from '../../parts/form';
import { asFailure } from '../../state/resource';

/**
 * @param names Those of the fields that have `mistakes` beside them.
 * @param send Sends; what it throws is shown.
 */
export function useSending(names: readonly string[], send: (form: HTMLFormElement) => Promise<void>) {
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async (event: Event) => {
    event.preventDefault();
    setBusy(true);
    try {
      await send(event.currentTarget as HTMLFormElement);
      setFailure(null);
    } catch (thrown) {
      setFailure(asFailure(thrown));
    }
    setBusy(false);
  };
  const mistakes = (name: string) => failure?.details.filter(problem => problem.param === name).map((problem, at) => <span key={at} class="mistake" role="alert">{problem.message}</span>);
  const others = failure && <Mistakes failure={failure} problems={failure.details.filter(problem => !problem.param || !names.includes(problem.param))} />;
  return { submit, isBusy, mistakes, others };
}
