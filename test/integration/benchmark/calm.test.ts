import assert from 'node:assert/strict';
import { once } from 'node:events';
import { test } from 'node:test';
import { execa } from 'execa';
import { openCalm } from '../../../src/benchmark/open-calm.js';
import { pythonSources } from '../../../src/benchmark/wrap-bundle.js';

const signal = new AbortController().signal;
/** Works for half a second of CPU time, says so, and stands by. */
const worker = `
import sys, time
while time.process_time() < 0.5: pass
print("worked", flush=True)
sys.stdin.read()
`;
const onLinux = {
  skip: process.platform === 'linux' ? false : 'processor time of others is read from /proc',
};

test('the CPU time of a process below counts while it stands by and when it has ended', onLinux, async () => {
  const calm = openCalm('python3', { PATH: process.env.PATH ?? '' }, pythonSources);
  try {
    const before = await calm.wait(signal);
    const child = execa('python3', ['-c', worker], { stdin: 'pipe' });
    await once(child.stdout, 'data');
    const standingBy = (await calm.wait(signal)) - before;
    child.stdin.end();
    await child;
    const ended = (await calm.wait(signal)) - before;
    for (const seconds of [standingBy, ended]) assert.ok(seconds > 0.45, `${standingBy}, ${ended}`);
  } finally {
    await calm.close();
  }
});

test('a watcher that has ended is told of, with what it said', async () => {
  const calm = openCalm('python3', { PATH: process.env.PATH ?? '' }, '/nowhere');
  try {
    await assert.rejects(
      calm.wait(signal),
      /Cannot tell CPU time: the process that watches has ended.*nowhere/s,
    );
  } finally {
    await calm.close();
  }
});
