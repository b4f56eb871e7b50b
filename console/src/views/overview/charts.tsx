// Three small charts over the range: entries by level, requests with errors, and cost.

import { useMemo } from 'preact/hooks';
import type { Answer } from '../../api/client';
import { Chart } from '../../parts/chart';
import { showCost } from '../../parts/pieces';
import { range } from '../../state/range';
import { levels } from '../logs/entries';

interface ChartsProps { stats: Answer<'/v1/logs/stats'> | undefined; project: Answer<'/v1/projects/{id}/overview'> | undefined }

export function Charts({ stats, project }: ChartsProps) {
  const entries = useMemo(() => stats && {
    times: stats.buckets.map(bucket => Date.parse(bucket.time)),
    series: levels.map(name => ({ name, colour: `--${name}`, values: stats.buckets.map(bucket => bucket.levels[name]) })),
  }, [stats]);
  const hours = useMemo(() => project && {
    times: project.timeline.map(hour => Date.parse(hour.hour)),
    requests: [
      { name: 'succeeded', colour: '--one', values: project.timeline.map(hour => hour.requests - hour.errors) },
      { name: 'failed', colour: '--error', values: project.timeline.map(hour => hour.errors) },
    ],
    cost: [{ name: 'cost', colour: '--two', values: project.timeline.map(hour => hour.cost) }],
  }, [project]);
  const ends = [range.value.start.getTime(), range.value.end.getTime()] as const;
  // Hours count as a whole: the first of them may begin before the range does.
  const hourEnds = [Math.min(ends[0], hours?.times[0] ?? ends[0]), ends[1]] as const;

  return (
    <div class="small-charts">
      <section><h2>Entries by level</h2>{entries ? <Chart label="Log entries by level over time" kind="bars" ends={ends} {...entries} /> : <div class="room" />}</section>
      <section><h2>Requests <span class="quiet">by the hour</span></h2>{hours ? <Chart label="Requests by the hour, with those that failed" kind="bars" ends={hourEnds} times={hours.times} series={hours.requests} /> : <div class="room" />}</section>
      <section><h2>Cost <span class="quiet">by the hour</span></h2>{hours ? <Chart label="Cost by the hour" kind="bars" ends={hourEnds} times={hours.times} series={hours.cost} show={showCost} /> : <div class="room" />}</section>
    </div>
  );
}
