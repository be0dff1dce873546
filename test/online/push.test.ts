import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { promisify } from 'node:util';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { readmeBlock } from '../fixtures/readme/readme-blocks.js';
import { withDev } from '../fixtures/readme/with-dev.js';
import { python } from '../integration/runner/run-fixture.js';

const make = temporaryFolders();
const run = promisify(execFile);

test("README's Python block pushes a task to a fresh npm run dev", async (t) => {
  const venv = await make();
  const its = join(venv, 'bin', 'python3');
  await run(python, ['-m', 'venv', venv]);
  try {
    await run(its, ['-m', 'pip', 'install', '--quiet', 'azure-storage-queue'], { timeout: 120_000 });
  } catch (error) {
    return t.skip(`azure-storage-queue cannot be installed: ${String(error).split('\n')[0]}`);
  }
  await withDev(await make(), ({ folder, shell, pushesOneTask }) =>
    pushesOneTask(readmeBlock('python', 'azure.storage.queue'), async (block) => {
      await writeFile(join(folder, 'push.py'), block);
      const { exitCode, all } = await shell(`${its} push.py`);
      assert.equal(exitCode, 0, all);
    }),
  );
});
