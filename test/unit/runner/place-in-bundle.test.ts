import assert from 'node:assert/strict';
import { test } from 'node:test';
import { placeInBundle } from '../../../src/runner/report/place-in-bundle.js';

const folder = '/tmp/m/w/1a2b';
const own = `  File "${folder}/attempt/bundle/models/sir.py", line 12 in simulate`;
const other = `  File "${folder}/attempt/bundle/wire.py", line 5 in wire`;
const library = '  File "/usr/lib/python3/ctypes/__init__.py", line 517 in string_at';
const crash = (...threads: string[][]) =>
  ['Fatal Python error: Segmentation fault', '', ...threads.flat(), ''].join('\n');

test('the place of a crash is the deepest line of the bundle in the thread that crashed', () => {
  const text = crash(
    ['Thread 0x1 (most recent call first):', other],
    ['Current thread 0x2 (most recent call first):', library, own, other],
  );
  assert.equal(placeInBundle(text, 'crash', [folder]), 'models/sir.py, line 12 (simulate)');
});

test('a thread that crashed and has no line of the bundle is not told by the lines of another', () => {
  const text = crash(
    ['Current thread 0x1 [worker] (most recent call first):', library],
    ['Thread 0x2 [main] (most recent call first):', other],
  );
  assert.equal(placeInBundle(text, 'crash', [folder]), undefined);
});

test('where a thread without Python crashed, the main thread is told', () => {
  const text = crash(
    ['Thread 0x1 (most recent call first):', other],
    ['Thread 0x2 (most recent call first):', library, own],
  );
  assert.equal(placeInBundle(text, 'crash', [folder]), 'models/sir.py, line 12 (simulate)');
});

test('the stack of C that newer Pythons write after that of Python tells no place', () => {
  const text = `${crash(['Current thread 0x1 (most recent call first):', library])}\nCurrent thread's C stack trace (most recent call first):\n  Binary file "/usr/lib/libc.so.6", at abort+0x1\n`;
  assert.equal(placeInBundle(text, 'crash', [folder]), undefined);
});

test('the last stack counts, and a crash is not told by the stack of a time limit, nor the other way round', () => {
  const [first, last] = [
    crash(['Current thread 0x1 (most recent call first):', other]),
    crash(['Current thread 0x1 (most recent call first):', own]),
  ];
  const atLimit = `Stack (most recent call first):\n${library}\n${other}\n`;
  assert.equal(placeInBundle(first + last, 'crash', [folder]), 'models/sir.py, line 12 (simulate)');
  assert.equal(placeInBundle(atLimit, 'limit', [folder]), 'wire.py, line 5 (wire)');
  assert.equal(placeInBundle(atLimit, 'crash', [folder]), undefined);
  assert.equal(placeInBundle(last, 'limit', [folder]), undefined);
  assert.equal(placeInBundle(`${own}\n`, 'crash', [folder]), undefined);
});

test('lines of the runner, of installed packages and of another worker’s folders are none of the bundle', () => {
  const text = crash([
    'Current thread 0x1 (most recent call first):',
    '  File "/tmp/m/w/9/attempt/bundle/wire.py", line 1 in wire',
    `  File "${folder}/attempt/home/x.py", line 1 in f`,
  ]);
  assert.equal(placeInBundle(text, 'crash', [folder]), undefined);
});
