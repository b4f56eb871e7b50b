import assert from 'node:assert/strict';
import { test } from 'node:test';
import { layOut, withStep, type Step } from '../src/views/runs/gantt';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 21, 12, 0, seconds)).toISOString();
const run = { createdAt: at(0), startedAt: at(10), completedAt: at(20) };
const step = (id: string, more: Partial<Step> = {}): Step => ({
  id, kind: 'text', status: 'completed', dependsOn: [], readyAt: null, startedAt: null, completedAt: null, dueAt: null, isTakenOver: false, tries: [], input: null, result: null, error: null, ...more,
});
const tried = (number: number, from: number, until: number | null, status = 'completed') => ({ number, startedAt: at(from), completedAt: until === null ? null : at(until), status, error: null });

test('a step waits until it begins, and between its tries', () => {
  const [line] = layOut([step('call', { readyAt: at(10), startedAt: at(11), completedAt: at(20), tries: [tried(1, 11, 13, 'failed'), tried(2, 15, 20)] })], run, 0).lines;
  assert.deepEqual(line!.bars, [
    { state: 'wait', left: 0, width: 10 }, { state: 'failed', left: 10, width: 20 }, { state: 'wait', left: 30, width: 20 }, { state: 'completed', left: 50, width: 50 },
  ]);
  assert.deepEqual([line!.waited, line!.worked], [3000, 7000]);
});

test('what goes on grows to now, and to what is known where a clock is behind', () => {
  const steps = [step('call', { status: 'running', readyAt: at(10), startedAt: at(10), tries: [tried(1, 10, null, 'running')] })];
  const going = { ...run, completedAt: null };
  assert.equal(layOut(steps, going, Date.parse(at(40))).length, 30_000);
  assert.deepEqual(layOut(steps, going, Date.parse(at(40))).lines[0]!.bars, [{ state: 'running', left: 0, width: 100 }]);
  assert.equal(layOut([step('call', { completedAt: at(14), tries: [tried(1, 10, 14)] })], going, Date.parse(at(0))).length, 4000);
});

test('a delay is a wait, and so is the time until another try', () => {
  const going = { ...run, completedAt: null };
  const [delay, call] = layOut([
    step('delay', { kind: 'delay', status: 'waiting', readyAt: at(10), tries: [tried(1, 10, null, 'running')] }),
    step('call', { status: 'waiting', readyAt: at(10), tries: [tried(1, 10, 15, 'failed')] }),
  ], going, Date.parse(at(20))).lines;
  assert.deepEqual(delay!.bars, [{ state: 'wait', left: 0, width: 100 }]);
  assert.deepEqual(call!.bars.map(bar => [bar.state, bar.width]), [['failed', 50], ['wait', 50]]);
});

test('what waited for what is drawn from the end of one to the wait of the other', () => {
  const { lines } = layOut([
    step('first', { readyAt: at(10), completedAt: at(15), tries: [tried(1, 10, 15)] }),
    step('other', { readyAt: at(10), completedAt: at(12), tries: [tried(1, 10, 12)] }),
    step('last', { dependsOn: ['first', 'other'], readyAt: at(15), completedAt: at(20), tries: [tried(1, 16, 20)] }),
  ], run, 0);
  assert.deepEqual(lines[2]!.links, [{ rows: -2, from: 50, until: 50 }, { rows: -1, from: 20, until: 50 }]);
});

test('steps of earlier versions have no times, and what was taken over is no such step', () => {
  assert.equal(layOut([step('greet', { readyAt: at(10) }), step('call', { status: 'failed' })], run, 0).isTimed, false);
  assert.equal(layOut([step('greet', { isTakenOver: true })], run, 0).isTimed, true);
  assert.equal(layOut([step('greet', { status: 'pending' })], { createdAt: at(0) }, Date.parse(at(1))).isTimed, true);
});

test('a step is replaced by what it is now', () => {
  const steps = [step('a'), step('b')];
  assert.deepEqual(withStep(steps, step('b', { status: 'failed' })).map(one => one.status), ['completed', 'failed']);
  assert.deepEqual(withStep(steps, step('c')), steps);
});
