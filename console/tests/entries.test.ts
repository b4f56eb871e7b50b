import assert from 'node:assert/strict';
import { test } from 'node:test';
import { join, type Entry } from '../src/views/logs/entries';

const entry = (id: string, at: number) => ({ id, timestamp: new Date(at).toISOString() }) as Entry;
const ids = (rows: readonly Entry[]) => rows.map(row => row.id).join('');

test('what came last stands first, each once, and no more than asked for', () => {
  const known = join([entry('a', 1), entry('b', 2), entry('c', 2)], [], 10);
  assert.equal(ids(known), 'cba');
  const joined = join([entry('e', 3), entry('b', 2), entry('d', 0), entry('f', 3), entry('f', 3)], known, 10);
  assert.equal(ids(joined), 'fecbad');
  assert.equal(ids(join([entry('g', 9)], joined, 3)), 'gfe');
  assert.equal(join([entry('a', 1)], known, 10), known);
  assert.equal(ids(join([], joined, 2)), 'fe');
});
