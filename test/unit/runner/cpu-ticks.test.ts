import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { test } from 'node:test';
import { cpuTicks } from '../../../src/runner/once/cpu-ticks.js';
import { eventually } from '../../integration/runner/run-fixture.js';

const onLinux = { skip: process.platform === 'linux' ? false : 'needs /proc' };

test('work of a process counts, and of what it has started', onLinux, async () => {
  const shell = spawn('sh', ['-c', 'sh -c "while :; do :; done" & read wait'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  try {
    const ticks = async () => (await cpuTicks(shell.pid ?? 0)) ?? 0;
    await eventually('a grandchild works', async () => (await ticks()) > 20, 60_000);
  } finally {
    process.kill(-(shell.pid ?? 0), 'SIGKILL');
    await once(shell, 'close');
  }
  assert.equal(await cpuTicks(shell.pid ?? 0), undefined, 'of one that has ended nobody can say');
});
