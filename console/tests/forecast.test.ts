import assert from 'node:assert/strict';
import { test } from 'node:test';
import { forecast } from '../src/state/forecast';

const at = (text: string) => new Date(`${text}Z`);

test('What half of a month used is used twice by its end', () => {
  const { expected, share, usedUpAt } = forecast(500, 2000, '2026-11', at('2026-11-16T00:00:00'))!;
  assert.equal(expected, 1000);
  assert.equal(share, 0.5);
  assert.equal(usedUpAt, null);
});

test('A plan that does not last has a time at which it is used up', () => {
  const { usedUpAt } = forecast(750, 1000, '2026-11', at('2026-11-16T00:00:00'))!;
  assert.equal(usedUpAt?.toISOString(), '2026-11-21T00:00:00.000Z');
});

test('A plan that is used up was so before now', () => {
  assert.ok(forecast(1500, 1000, '2026-11', at('2026-11-16T00:00:00'))!.usedUpAt! < at('2026-11-16T00:00:00'));
});

test('The first hours of a month say nothing', () => assert.equal(forecast(10, 1000, '2026-11', at('2026-11-01T02:00:00')), null));

test('Nothing used comes to nothing', () => assert.equal(forecast(0, 1000, '2026-02', at('2026-02-20T00:00:00'))!.expected, 0));

test('A month that is over is what it was', () => assert.equal(forecast(700, 1000, '2026-02', at('2026-03-20T00:00:00'))!.expected, 700));

test('December ends with the year', () => assert.equal(forecast(10, 0, '2026-12', at('2027-01-01T00:00:00'))!.expected, 10));
