import { useMemo } from 'preact/hooks';
import type { Answer } from '../../api/client';
import { Chart } from '../../parts/chart';
import { showNumber } from '../../parts/pieces';
import { change, parameter } from '../../state/address';
import { range } from '../../state/range';
import { levels } from './entries';
import { including, termOf } from './terms';
import type { Counts } from './useLive';

interface HistogramProps { stats: Answer<'/v1/logs/stats'> | undefined; live: Counts }

/** How many entries there were, by level, over the range. What came in live is counted in without asking. */
export function Histogram({ stats, live }: HistogramProps) {
  const drawn = useMemo(() => {
    if (!stats) return null;
    const times = stats.buckets.map(bucket => Date.parse(bucket.time));
    const step = times.length > 1 ? times[1]! - times[0]! : 60_000;
    const counts = stats.buckets.map(bucket => ({ ...bucket.levels }));
    const since = range.value.end.getTime();
    for (const [time, byLevel] of live) {
      const bucket = counts[Math.floor((time - (times[0] ?? 0)) / step)];
      if (time > since && bucket) for (const level of levels) bucket[level] += byLevel[level] ?? 0;
    }
    return { times, series: levels.map(name => ({ name, colour: `--${name}`, values: counts.map(count => count[name]) })) };
  }, [stats, live]);
  const ends = useMemo(() => [Math.min(range.value.start.getTime(), drawn?.times[0] ?? Infinity), range.value.end.getTime()] as const, [drawn]);
  return (
    <section aria-label="Entries over time" class="histogram">
      {drawn && <Chart label={`${showNumber(stats!.total)} entries over time, by level`} kind="bars" height={96} ends={ends} {...drawn} choose={name => change({ query: including(parameter('query'), termOf('level', name)) })} />}
    </section>
  );
}
