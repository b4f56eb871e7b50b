import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinPages, withRun } from '../src/state/lists';

const rows = (text: string) => text.split('');
const join = (fresh: string, known: string) => joinPages(rows(fresh), rows(known), row => row)?.join('') ?? null;

test('a first page that is the same changes nothing', () => assert.equal(join('abc', 'abcdef'), 'abcdef'));
test('what is new stands before, and pushes nothing out', () => assert.equal(join('xab', 'abcdef'), 'xabcdef'));
test('what was deleted goes', () => assert.equal(join('acd', 'abcdef'), 'acdef'));
test('a page that is not connected with what is known begins anew', () => assert.equal(join('xyz', 'abcdef'), null));
test('an empty page begins anew', () => assert.equal(join('', 'abcdef'), null));

const runs = [{ runId: 'c', createdAt: '3', status: 'running' }, { runId: 'a', createdAt: '1', status: 'failed' }];
const withIds = (run: { runId: string; createdAt: string; status: string }, fits: boolean) => withRun(runs, run, fits).map(row => `${row.runId} ${row.status}`);

test('a run that changed stands where it stood', () => assert.deepEqual(withIds({ ...runs[0]!, status: 'completed' }, true), ['c completed', 'a failed']));
test('a run that fits no longer leaves', () => assert.deepEqual(withIds({ ...runs[0]!, status: 'completed' }, false), ['a failed']));
test('a run that is new stands by its time', () => {
  assert.deepEqual(withIds({ runId: 'd', createdAt: '4', status: 'queued' }, true), ['d queued', 'c running', 'a failed']);
  assert.deepEqual(withIds({ runId: 'b', createdAt: '2', status: 'queued' }, true), ['c running', 'b queued', 'a failed']);
});
test('a run of before the rows that are known comes with its page', () => assert.deepEqual(withIds({ runId: '0', createdAt: '0', status: 'failed' }, true), ['c running', 'a failed']));
test('the first run begins the list', () => assert.deepEqual(withRun([], runs[0]!, true), [runs[0]]));
