import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lineOf, partsOf } from '../src/views/runs/definition';

const text = JSON.stringify({ name: 'A "b" {', steps: [{ id: 'one', kind: 'text', template: '}]' }, { id: 'two', kind: 'http', url: '' }], outputs: [] }, null, 2);
const line = (path: string) => text.split('\n')[lineOf(text, path) - 1]!.trim();

test('a path is parted at dots and brackets', () => assert.deepEqual(partsOf('steps[1].headers.x-key'), ['steps', 1, 'headers', 'x-key']));

test('the line of a value is that of its name', () => {
  assert.equal(line('name'), '"name": "A \\"b\\" {",');
  assert.equal(line('steps[1].url'), '"url": ""');
  assert.equal(line('steps[0].template'), '"template": "}]"');
  assert.equal(line('outputs'), '"outputs": []');
});

test('the line of an item is where it begins', () => assert.equal(lineOf(text, 'steps[1]'), 9));

test('what is missing is looked for where it would be', () => {
  assert.equal(lineOf(text, 'steps[1].id.x'), 10);
  assert.equal(lineOf(text, 'steps[0].pointer'), 4);
  assert.equal(lineOf(text, 'unknown'), 1);
});

test('text that is no JSON has its first line', () => {
  for (const broken of ['', '{', '{"steps":[', '"', '{"a" "b"', '[[[']) assert.equal(lineOf(broken, 'steps[3].url'), 1);
});
