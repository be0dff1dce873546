import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { packageRoot } from '../../../src/package/package-root.js';
import { seed } from '../../fixtures/inputs/seed.js';

test('an archive of an environment or a folder, however hostile, is unpacked below its folder or refused', async () => {
  const script = join(packageRoot, 'test', 'fixtures', 'inputs', 'hostile_archives.py');
  const scripts = join(packageRoot, 'src', 'environments', 'python');
  const { stdout } = await promisify(execFile)('python3', ['-B', script, scripts, String(seed)]);
  const { count, wrong } = JSON.parse(stdout) as { count: number; wrong: string[] };
  assert.ok(count > 3_000);
  assert.deepEqual(wrong, [], `with the seed ${seed}`);
});
