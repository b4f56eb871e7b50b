// What a new user sees instead of zeros: three commands, each of which fills a part of the page.

import { useEffect, useState } from 'preact/hooks';
import { firstLog, firstRun, firstTrace } from '../../parts/firstRequests';
import { Command } from '../../parts/pieces';
import { to } from '../../state/address';
import { isSeen, lookAgain } from '../../state/clock';
import { minute, second } from '../../state/times';

const patience = 10 * minute;
const every = 2 * second;

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
      <Command text={firstLog} />
      <h3>A trace</h3>
      <Command text={firstTrace} />
      <h3>A run</h3>
      <Command text={firstRun} />
      <p class="quiet" role="status">{isWaiting ? 'Waiting: this page fills as soon as the first of them is there.' : 'Looking once a minute from now on.'}</p>
    </section>
  );
}
