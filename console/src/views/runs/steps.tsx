// The steps of a run below one another, each with its waits and its tries at their times. `j` and `k` go through them.

import { useEffect, useState } from 'preact/hooks';
import { now as serverNow } from '../../api/client';
import { State } from '../../parts/pieces';
import { useKeys } from '../../state/keyboard';
import { showLength } from '../../state/times';
import { layOut, type Line, type Step } from './gantt';

interface StepsProps {
  steps: readonly Step[];
  run: { readonly createdAt: string; readonly startedAt?: string | null; readonly completedAt?: string | null };
  /** The id of the step that is open. */
  chosen: string;
  choose: (id: string) => void;
}

const growsEvery = 500;
const rowHeight = 28;

export function Steps({ steps, run, chosen, choose }: StepsProps) {
  const [now, setNow] = useState(serverNow);
  const isGrowing = !run.completedAt;
  useEffect(() => {
    if (!isGrowing) return;
    const timer = window.setInterval(() => setNow(serverNow()), growsEvery);
    return () => window.clearInterval(timer);
  }, [isGrowing]);

  const { lines, length, isTimed } = layOut(steps, run, now);
  const at = steps.findIndex(step => step.id === chosen);
  const go = (index: number) => {
    const step = steps[Math.max(0, Math.min(steps.length - 1, index))];
    if (!step) return;
    choose(step.id);
    document.getElementById(`step-${step.id}`)?.scrollIntoView({ block: 'nearest' });
  };
  useKeys([
    { keys: 'j', does: 'To the next step', run: () => go(at + 1) },
    { keys: 'k', does: 'To the step before', run: () => go(at < 0 ? 0 : at - 1) },
  ]);

  return (
    <section aria-label="Steps">
      <h2>Steps {isTimed && run.startedAt && <span class="quiet">{showLength(length)}</span>}</h2>
      {!isTimed && <p class="quiet">When they began and ended is not known: the run was stored by an earlier version.</p>}
      <div class="waterfall gantt" role="list" aria-label="Steps" tabIndex={0}>
        {lines.map(line => <Row key={line.step.id} line={line} isChosen={line.step.id === chosen} choose={() => choose(line.step.id)} />)}
      </div>
    </section>
  );
}

function Row({ line: { step, bars, links, waited, worked }, isChosen, choose }: { line: Line; isChosen: boolean; choose: () => void }) {
  const retried = step.tries.length > 1 ? `${step.tries.length} tries` : '';
  const after = step.dependsOn.length ? `after ${step.dependsOn.join(', ')}` : '';
  const said = waited === null ? '' : `${waited ? `waited ${showLength(waited)}, ` : ''}worked ${showLength(worked!)}`;
  return (
    <div class="span" role="listitem" id={`step-${step.id}`} data-chosen={isChosen || undefined} title={[after, said].filter(Boolean).join('; ')}>
      <div class="name">
        <button type="button" class="plain" aria-pressed={isChosen} onClick={choose}>
          <State name={step.status} /> <b>{step.id}</b> <span class="quiet">{step.kind}</span> <span class="quiet">{step.isTakenOver ? 'taken over' : retried}</span>
          <span class="off-screen">{[after, said].filter(Boolean).join('; ')}</span>
        </button>
      </div>
      <div class="track" aria-hidden="true" onClick={choose}>
        <svg viewBox={`0 0 100 ${rowHeight}`} preserveAspectRatio="none">
          {links.map(link => <path key={link.rows} d={`M${link.from} ${rowHeight * (link.rows + 0.5)}V${rowHeight / 2}H${link.until}`} />)}
        </svg>
        {bars.map((bar, index) => <i key={index} data-state={bar.state} style={{ left: `${bar.left}%`, width: `max(2px, ${bar.width}%)` }} />)}
      </div>
      <span class="length">{waited === null ? '' : showLength(step.kind === 'delay' ? waited : worked!)}</span>
    </div>
  );
}
