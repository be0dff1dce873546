import assert from 'node:assert/strict';
import { test } from 'node:test';
import { leftFiles } from '../../../src/runner/forked/left-files.js';

const file = (size: number, time = 1) => `${size} ${time} 7`;

test('files with contents are copied, with the folders that hold them; what is empty is refused unless it is open', () => {
  const before = new Map([['bundle/wire.py', file(9)]]);
  const after = new Map([
    ...before,
    ['bundle/logs', 'folder'],
    ['bundle/logs/a', file(0)],
    ['tmp/cache', file(3)],
    ['tmp/empty', file(0)],
    ['tmp/later', 'folder'],
    ['tmp/pipe', 'special'],
    ['beside', file(3)],
  ]);
  assert.deepEqual(leftFiles(before, after, ['bundle/logs/a']), {
    inHome: false,
    copied: ['bundle/logs/a', 'tmp/cache'],
    refused: ['beside', 'tmp/empty', 'tmp/later', 'tmp/pipe'],
  });
});

test("a bundle's own file that is changed, or gone, is refused, open or not", () => {
  const before = new Map([
    ['bundle/data', file(9)],
    ['bundle/gone', file(9)],
  ]);
  const after = new Map([['bundle/data', file(10, 2)]]);
  assert.deepEqual(leftFiles(before, after, ['bundle/data']).refused, ['bundle/data', 'bundle/gone']);
});

test('below HOME everything is copied but what is no plain file', () => {
  const after = new Map([
    ['home/.cache', 'folder'],
    ['home/.cache/fonts', file(0)],
    ['home/link', 'special'],
  ]);
  assert.deepEqual(leftFiles(new Map(), after, []), { inHome: true, copied: [], refused: ['home/link'] });
});
