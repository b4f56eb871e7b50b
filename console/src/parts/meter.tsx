// How much of a plan is used, as a bar with its numbers, and what that comes to by the end of the month.

import { tick } from '../state/clock';
import { zone } from '../state/preferences';
import { showDate } from '../state/times';
import { forecast } from '../state/forecast';
import { showShare } from './pieces';

interface MeterProps { name: string; plan: string; used: number; allowed: number; month: string; show: (value: number) => string }

export function Meter({ name, plan, used, allowed, month, show }: MeterProps) {
  const share = allowed > 0 ? used / allowed : 0;
  const ahead = forecast(used, allowed, month, new Date(tick.value));
  return (
    <section class="meter">
      <h2>{name} <span class="quiet">{plan}</span></h2>
      <meter aria-label={`${name}: ${showShare(share)} of the plan`} min={0} max={1} high={0.9} optimum={0} value={Math.min(1, share)} />
      <p><strong>{show(used)}</strong> of {show(allowed)} in {month}: {showShare(share)}</p>
      <p class={ahead?.usedUpAt ? 'bad' : 'quiet'}>
        {!ahead ? 'The month is too young for a forecast.'
          : ahead.usedUpAt ? `✕ At this pace it is used up on ${showDate(ahead.usedUpAt, zone.value)}; the month would come to ${show(ahead.expected)}, ${showShare(ahead.share)} of the plan.`
            : `At this pace the month comes to ${show(ahead.expected)}, ${showShare(ahead.share)} of the plan.`}
      </p>
    </section>
  );
}
