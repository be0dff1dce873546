import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { execa } from 'execa';
import { packageRoot } from '../../../src/package/package-root.js';

const main = join(packageRoot, 'dist', 'cli', 'main.js');

/** A command that writes much and needs nothing, its stdout led elsewhere by a shell. */
const estimate = (where: string) =>
  execa('sh', ['-c', `"$0" "$1" deploy cost --json ${where}`, process.execPath, main], {
    reject: false,
    timeout: 60_000,
  });

test('a full disk behind stdout is told in a sentence', {
  skip: existsSync('/dev/full') ? false : 'there is no /dev/full here',
}, async () => {
  const { exitCode, stderr } = await estimate('>/dev/full');
  assert.equal(exitCode, 1);
  assert.match(stderr, /^Cannot write to stdout: ENOSPC.* Lead it to where there is room/m);
  assert.doesNotMatch(stderr, /^\s+at /m);
});

test('a reader that goes away is no failure', async () => {
  const { stdout, stderr } = await estimate('| true; echo ended');
  assert.equal(stdout, 'ended');
  assert.doesNotMatch(stderr, /EPIPE|^\s+at /m);
});
