// What a new user sees instead of zeros: three commands, each of which fills a part of the page.

import { HowToSend, useWaiting } from '../../parts/howToSend';

export function Begin() {
  const isWaiting = useWaiting(true);
  return (
    <section class="empty">
      <h2>Nothing has come in yet</h2>
      <p>Three commands make a first log, a first trace and a first run.</p>
      <h3>A log</h3>
      <HowToSend of="logs" />
      <h3>A trace</h3>
      <HowToSend of="traces" />
      <h3>A run</h3>
      <HowToSend of="runs" />
      <p class="quiet" role="status">{isWaiting ? 'Waiting: this page fills as soon as the first of them is there.' : 'Looking once a minute from now on.'}</p>
    </section>
  );
}
