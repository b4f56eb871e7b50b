// What somebody has just asked for and is not there yet: the view looks for it every two seconds, and not for long.

import { useEffect, useRef, useState } from 'preact/hooks';
import { isSeen, lookAgain } from '../../state/clock';
import { second } from '../../state/times';

const every = 2 * second;
const patience = 30 * second;

/**
 * @param rows Those that are known.
 * @returns Begins to look, until the rows are as it is told. There is one look more then: what follows from it may be known a moment later.
 */
export function useAwaiting<T>(rows: readonly T[]) {
  const [awaited, setAwaited] = useState<{ isThere: (rows: readonly T[]) => boolean } | null>(null);
  const latest = useRef(rows);
  latest.current = rows;
  useEffect(() => {
    if (!awaited) return;
    const since = Date.now();
    const timer = window.setInterval(() => {
      if (isSeen.peek()) lookAgain();
      if (awaited.isThere(latest.current) || Date.now() - since > patience) setAwaited(null);
    }, every);
    return () => window.clearInterval(timer);
  }, [awaited]);
  return (isThere: (rows: readonly T[]) => boolean) => setAwaited({ isThere });
}
