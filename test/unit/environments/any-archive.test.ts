import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { packageRoot } from '../../../src/package/package-root.js';

test('an archive of an environment or a folder, however hostile, is unpacked below its folder or refused', async () => {
  const seed = process.env.FAST_CHECK_SEED ?? String(randomInt(2 ** 31));
  const script = join(packageRoot, 'test', 'fixtures', 'inputs', 'hostile_archives.py');
  const scripts = join(packageRoot, 'src', 'environments', 'python');
  const { stdout } = await promisify(execFile)('python3', ['-B', script, scripts, seed]);
  const { count, wrong } = JSON.parse(stdout) as { count: number; wrong: string[] };
  assert.ok(count > 3_000);
  assert.deepEqual(wrong, [], `with the seed ${seed}`);
});
