// What a new user sees instead of zeros: three commands, each of which fills a part of the page.

import { useEffect, useState } from 'preact/hooks';
import { Command } from '../../parts/pieces';
import { to } from '../../state/address';
import { isSeen, lookAgain } from '../../state/clock';
import { minute, second } from '../../state/times';

const patience = 10 * minute;
const every = 2 * second;

const log = `. .local/demo.env
curl $BASE_URL/v1/logs -H "x-api-key: $LUMINALOG_KEY" -H 'Content-Type: application/json' \\
  -d '{"logs":[{"timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","level":"info","message":"Hello"}]}'`;

const trace = `. .local/demo.env
curl $BASE_URL/v1/ingest -H "x-api-key: $LUMIQTRACE_KEY" -H 'Content-Type: application/x-ndjson' \\
  -d '{"event_id":"'$(uuidgen || cat /proc/sys/kernel/random/uuid)'","trace_id":"t1","span_id":"s1","timestamp":"'$(date -u +%Y-%m-%dT%H:%M:%SZ)'","provider":"openai","model":"gpt-4o","operation":"chat","latency_ms":420,"status":"success","cost_usd":0.0021}'`;

const run = `. .local/demo.env
curl $BASE_URL/v1/apps/$LAMINA_APP/runs -H "x-api-key: $LAMINA_KEY" -H 'Content-Type: application/json' \\
  -d '{"inputs":{"Text":"Hello"}}'`;

export function Begin() {
  const [isWaiting, setWaiting] = useState(true);

  useEffect(() => {
    if (!isWaiting) return;
    const since = Date.now();
    const timer = window.setInterval(() => {
      if (Date.now() - since > patience) setWaiting(false);
      else if (isSeen.peek()) lookAgain();
    }, every);
    return () => window.clearInterval(timer);
  }, [isWaiting]);

  return (
    <section class="empty">
      <h2>Nothing has come in yet</h2>
      <p>Three commands make a first log, a first trace and a first run. The keys stand in <code>.local/demo.env</code>; <a href={to('/keys')}>keys of your own</a> do as well.</p>
      <h3>A log</h3>
      <Command text={log} />
      <h3>A trace</h3>
      <Command text={trace} />
      <h3>A run</h3>
      <Command text={run} />
      <p class="quiet" role="status">{isWaiting ? 'Waiting: this page fills as soon as the first of them is there.' : 'Looking once a minute from now on.'}</p>
    </section>
  );
}
