// A button that does something at once, and says beside it why that was refused.

import { useState } from 'preact/hooks';
import type { ApiFailure } from '../../api/client';
import { asFailure } from '../../state/resource';

interface ActProps { action: string; run: () => Promise<unknown>; title?: string }

export function Act({ action, run, title }: ActProps) {
  const [failure, setFailure] = useState<ApiFailure | null>(null);
  const [isBusy, setBusy] = useState(false);
  const act = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await run();
    } catch (thrown) {
      setFailure(asFailure(thrown));
    }
    setBusy(false);
  };
  return (
    <>
      <button type="button" title={title} disabled={isBusy} onClick={() => void act()}>{action}</button>
      {failure && <span class="mistake" role="alert">{[failure.message, ...failure.details.map(problem => problem.message)].join(': ')}</span>}
    </>
  );
}
