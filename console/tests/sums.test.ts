import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isNew, stepsOf } from '../src/views/overview/sums';

const now = Date.parse('2026-12-01T00:10:00Z');
const nothing = { createdAt: '2026-11-28T00:00:00Z', entries: 0, requests: 0, runs: 0, bytesUsed: 0, eventsUsed: 0 };

test('whoever is young and has sent nothing is new', () => assert.equal(isNew(nothing, now), true));
test('whoever has sent something is not', () => assert.equal(isNew({ ...nothing, runs: 1 }, now), false));
test('nobody is new before all is known', () => assert.equal(isNew({ ...nothing, entries: undefined }, now), false));
test('whoever is old and idle on the first of a month is not new', () => assert.equal(isNew({ ...nothing, createdAt: '2026-03-01T00:00:00Z' }, now), false));

const hours = ['2026-11-30T22:00:00Z', '2026-11-30T23:00:00Z', '2026-12-01T00:00:00Z'].map(hour => ({ hour, requests: 2, cost: 0.5, errors: 1 }));
const day = 86_400_000;

test('a week is shown by the hour', () => assert.deepEqual(stepsOf(hours, 7 * day).steps.map(step => step.time), hours.map(({ hour }) => Date.parse(hour))));
test('a month is shown by the day, with all that came in on it', () => assert.deepEqual(stepsOf(hours, 30 * day), {
  isByDay: true,
  steps: [{ time: Date.parse('2026-11-30'), requests: 4, cost: 1, errors: 2 }, { time: Date.parse('2026-12-01'), requests: 2, cost: 0.5, errors: 1 }],
}));
