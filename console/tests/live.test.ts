import assert from 'node:assert/strict';
import { test } from 'node:test';
import { followStream, type LiveState } from '../src/api/live';
import { axisHeight, axisTexts } from '../src/parts/axis';

class Stream extends EventTarget {
  static CLOSED = 2;
  static OPEN = 1;
  static all: Stream[] = [];
  readyState = 0;
  onopen: (() => void) | null = null;
  constructor() {
    super();
    Stream.all.push(this);
    this.addEventListener('error', event => (this as unknown as { onerror: ((event: Event) => void) | null }).onerror?.(event));
  }
  open() { this.readyState = 1; this.onopen?.(); }
  close() { this.readyState = 2; }
}

class Page extends EventTarget {
  hidden = false;
  turn(hidden: boolean) { this.hidden = hidden; this.dispatchEvent(new Event('visibilitychange')); }
}

function follow() {
  const page = new Page();
  Stream.all = [];
  Object.assign(globalThis, { document: page, window: globalThis, EventSource: Stream });
  const told: { events: string[]; since: number[]; polls: number; state: LiveState } = { events: [], since: [], polls: 0, state: 'stopped' };
  const stop = followStream({
    url: '/stream',
    on: { log: data => told.events.push(data), error: data => told.events.push(`error ${data}`) },
    poll: async () => { told.polls += 1; },
    catchUp: async since => { told.since.push(since); },
    onState: state => { told.state = state; },
  });
  return { page, told, stop };
}

test('an event named error is an event, and not a broken connection', () => {
  const { told, stop } = follow();
  const stream = Stream.all[0]!;
  stream.open();
  stream.dispatchEvent(new MessageEvent('error', { data: 'of the run' }));
  assert.deepEqual(told.events, ['error of the run']);
  assert.equal(told.state, 'streaming');
  stream.close();
  stream.dispatchEvent(new Event('error'));
  assert.deepEqual(told.events, ['error of the run']);
  assert.equal(told.state, 'polling');
  assert.equal(told.polls, 1);
  stop();
});

test('what came while the page was hidden is asked for once it is seen', async () => {
  const { page, told, stop } = follow();
  Stream.all[0]!.open();
  await new Promise(done => setTimeout(done, 20));
  const hidden = Date.now();
  page.turn(true);
  assert.equal(Stream.all[0]!.readyState, Stream.CLOSED);
  await new Promise(done => setTimeout(done, 30));
  page.turn(false);
  assert.equal(Stream.all.length, 2);
  Stream.all[1]!.open();
  assert.equal(told.since.length, 2);
  assert.ok(told.since[1]! <= hidden + 5, 'it goes back to when the page was last seen');
  stop();
});

test('an axis shows times, and days only where there are several', () => {
  const at = (text: string) => Date.parse(text);
  const hour = 3_600_000;
  assert.deepEqual(axisTexts([at('2026-11-27T13:45Z'), at('2026-11-27T13:50Z')], 300_000, 'utc'), ['13:45', '13:50']);
  assert.deepEqual(axisTexts([at('2026-11-27T13:45:00Z'), at('2026-11-27T13:45:15Z')], 15_000, 'utc'), ['13:45:00', '13:45:15']);
  const days = axisTexts([at('2026-11-26T20:00Z'), at('2026-11-27T00:00Z'), at('2026-11-27T04:00Z')], 4 * hour, 'utc');
  assert.deepEqual(days, ['20:00\n26 Nov', '00:00\n27 Nov', '04:00']);
  assert.deepEqual(axisTexts([at('2026-11-26T00:00Z'), at('2026-11-27T00:00Z')], 24 * hour, 'utc'), ['26 Nov', '27 Nov']);
  assert.ok(axisHeight(days) > axisHeight(['13:45', '13:50']));
});
