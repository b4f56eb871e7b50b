import assert from 'node:assert/strict';
import { test } from 'node:test';
import { canAsk, excluding, has, including, placeOf, termOf, without } from '../src/views/logs/terms';

const error = termOf('level', 'error');

test('a value is quoted, whatever is in it', () => assert.equal(termOf('metadata.path', 'a "b" \\c'), 'metadata.path:"a \\"b\\" \\\\c"'));

test('a term is added once', () => {
  assert.equal(including('', error), error);
  assert.equal(including('timeout', error), `timeout ${error}`);
  assert.equal(including(including('timeout', error), error), `timeout ${error}`);
});

test('what follows an OR does not belong to its right side alone', () => {
  assert.equal(including('a OR b', error), `(a OR b) ${error}`);
  assert.equal(including('(a OR b) c', error), `(a OR b) c ${error}`);
  assert.equal(including('"a OR b"', error), `"a OR b" ${error}`);
});

test('a term is left out, and asked for again', () => {
  assert.equal(excluding(`timeout ${error}`, error), `timeout NOT ${error}`);
  assert.equal(including(`timeout NOT ${error}`, error), `timeout ${error}`);
});

test('a term is taken out with the word that joins it', () => {
  assert.equal(without(`a AND ${error} b`, error), 'a b');
  assert.equal(without(`${error} AND b`, error), 'b');
  assert.equal(without(`NOT ${error}`, error), '');
});

test('a term within quotes is none', () => assert.equal(has(`"say level:error now"`, 'level:error'), false));

test('names that mean something in a question are not asked for', () => {
  assert.equal(canAsk('metadata.http.path'), true);
  assert.equal(canAsk(`metadata.key"with'quotes`), false);
});

test('the place of a mistake counts from 1 in words', () => assert.equal(placeOf('"query" makes no sense at character 3: …'), 2));
