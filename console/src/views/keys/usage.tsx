import { get, type Answer } from '../../api/client';
import { Failure } from '../../parts/failure';
import { Meter } from '../../parts/meter';
import { showBytes, showNumber, Skeleton } from '../../parts/pieces';
import { useResource } from '../../state/resource';

const whole = (value: number) => showNumber(Math.round(value));

/** What the organization used of its plans this month. */
export function Usage() {
  const organization = useResource('plan', signal => get('/v1/organization', { signal }));
  if (organization.failure && !organization.data) return <Failure failure={organization.failure} retry={organization.reload} />;
  if (!organization.data) return <Skeleton />;
  return <div class="sheets"><Meters usage={organization.data.data.usage} /></div>;
}

/** Each plan with what was used of it. */
export function Meters({ usage: { logs, traces, month } }: { usage: Answer<'/v1/organization'>['data']['usage'] }) {
  return (
    <>
      <Meter name="Bytes of logs" plan={`LuminaLog ${logs.plan}`} used={logs.bytesUsed} allowed={logs.bytesPerMonth} month={month} show={showBytes} />
      <Meter name="Events" plan={`LumiqTrace ${traces.plan}`} used={traces.eventsUsed} allowed={traces.eventsPerMonth} month={month} show={whole} />
      <Meter name="Steps" plan={`LumiqTrace ${traces.plan}: spans that call no model, ten for each event`} used={traces.stepsUsed} allowed={traces.stepsPerMonth} month={month} show={whole} />
    </>
  );
}
