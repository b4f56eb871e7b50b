// Three small charts over the range: entries by level, requests with errors, and cost.

import { useMemo } from 'preact/hooks';
import type { Answer } from '../../api/client';
import { Chart } from '../../parts/chart';
import { showCost, Skeleton } from '../../parts/pieces';
import { range } from '../../state/range';
import type { Resource } from '../../state/resource';
import { levels } from '../logs/entries';
import { stepsOf } from './sums';

interface ChartsProps { stats: Resource<Answer<'/v1/logs/stats'>>; project: Resource<Answer<'/v1/projects/{id}/overview'>> }

export function Charts({ stats, project }: ChartsProps) {
  const ends = [range.value.start.getTime(), range.value.end.getTime()] as const;
  const length = ends[1] - ends[0];
  const entries = useMemo(() => stats.data && {
    times: stats.data.buckets.map(bucket => Date.parse(bucket.time)),
    series: levels.map(name => ({ name, colour: `--${name}`, values: stats.data!.buckets.map(bucket => bucket.levels[name]) })),
  }, [stats.data]);
  const hours = useMemo(() => {
    if (!project.data) return undefined;
    const { steps, isByDay } = stepsOf(project.data.timeline, length);
    return {
      step: isByDay ? 'day' : 'hour',
      times: steps.map(step => step.time),
      requests: [
        { name: 'succeeded', colour: '--one', values: steps.map(step => step.requests - step.errors) },
        { name: 'failed', colour: '--error', values: steps.map(step => step.errors) },
      ],
      cost: [{ name: 'cost', colour: '--two', values: steps.map(step => step.cost) }],
    };
  }, [project.data, length]);
  const step = hours?.step ?? 'hour';
  // Hours and days count as a whole: the first of them may begin before the range does.
  const hourEnds = [Math.min(ends[0], hours?.times[0] ?? ends[0]), ends[1]] as const;

  return (
    <div class="small-charts">
      <section><h2>Entries by level</h2>{entries ? <Chart label="Log entries by level over time" kind="bars" ends={ends} {...entries} /> : <Room isLoading={stats.isLoading} />}</section>
      <section><h2>Requests <span class="quiet">by the {step}</span></h2>{hours ? <Chart label={`Requests by the ${step}, with those that failed`} kind="bars" ends={hourEnds} times={hours.times} series={hours.requests} /> : <Room isLoading={project.isLoading} />}</section>
      <section><h2>Cost <span class="quiet">by the {step}</span></h2>{hours ? <Chart label={`Cost by the ${step}`} kind="bars" ends={hourEnds} times={hours.times} series={hours.cost} show={showCost} /> : <Room isLoading={project.isLoading} />}</section>
    </div>
  );
}

// As high as the chart that takes its place.
const Room = ({ isLoading }: { isLoading: boolean }) => <div class="room">{isLoading && <Skeleton rows={3} />}</div>;
