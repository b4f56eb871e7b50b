import { Drawer } from '../../parts/drawer';
import { Facts, State, Time } from '../../parts/pieces';
import { showLength } from '../../state/times';
import { Act } from './act';
import type { Step } from './gantt';
import { StepValue } from './values';

interface StepDetailsProps {
  step: Step;
  choose: (id: string | null) => void;
  /** Runs the run once more from the step on; null while that cannot be. */
  replay: (() => Promise<unknown>) | null;
}

const between = (from: string | null | undefined, until: string | null | undefined) => from && until ? showLength(Date.parse(until) - Date.parse(from)) : null;

/** Everything that is known of a step. */
export function StepDetails({ step, choose, replay }: StepDetailsProps) {
  return (
    <Drawer title={<>{step.id} <span class="quiet">{step.kind}</span></>} label="Step" close={() => choose(null)}>
      {step.error && <p class="bad">{step.error}</p>}
      {step.isTakenOver && <p class="quiet">Its result was taken over from the run that this one replays.</p>}
      {replay && <p><Act action="Replay from here" title="Runs this step once more, and all that wait for it; other results are taken over" run={replay} /></p>}
      <Facts facts={[
        ['State', <State name={step.status} />],
        ['Waits for', step.dependsOn.length ? step.dependsOn.map(id => <button type="button" key={id} onClick={() => choose(id)}>{id}</button>) : null],
        ['Ready', step.readyAt && <Time at={step.readyAt} milliseconds />],
        ['Waited', between(step.readyAt, step.startedAt)],
        ['Began', step.startedAt && <Time at={step.startedAt} milliseconds />],
        ['Ended', step.completedAt && <Time at={step.completedAt} milliseconds />],
        ['Took', between(step.startedAt, step.completedAt)],
        ['Goes on', step.dueAt && <Time at={step.dueAt} />],
      ]} />
      {step.tries.length > 0 && (
        <section>
          <h3>Tries</h3>
          <div class="scroll" tabIndex={0}>
            <table>
              <thead><tr><th scope="col">Try</th><th scope="col">Began</th><th scope="col" class="number">Took</th><th scope="col">Outcome</th></tr></thead>
              <tbody>
                {step.tries.map(one => (
                  <tr key={one.number}>
                    <td>{one.number}</td><td><Time at={one.startedAt} milliseconds /></td><td class="number">{between(one.startedAt, one.completedAt) ?? '–'}</td>
                    <td><State name={one.status} /> {one.error && <span class="bad">{one.error}</span>}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        </section>
      )}
      <StepValue name="Input" value={step.input} />
      <StepValue name="Result" value={step.result} />
    </Drawer>
  );
}
