import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { execa } from 'execa';
import { clientFolder, clientPython } from '../fixtures/client/client-python.js';
import { temporaryFolders } from '../fixtures/files/temporary-folders.js';
import { readmeBlock } from '../fixtures/readme/readme-blocks.js';
import { withDev } from '../fixtures/readme/with-dev.js';

const temporaryFolder = temporaryFolders();

describe("README's own blocks, on a fresh npm run dev", () => {
  it('push a task with @azure/storage-queue', async () => {
    await withDev(await temporaryFolder(), ({ folder, shell, pushesOneTask }) =>
      pushesOneTask(readmeBlock('js', '@azure/storage-queue'), async (block) => {
        await writeFile(join(folder, 'push.mjs'), block);
        const { exitCode, all } = await shell(`"${process.execPath}" push.mjs`);
        assert.equal(exitCode, 0, all);
      }),
    );
  });

  it('push a task with the Azure CLI', async (t) => {
    if ((await execa('az', ['version'], { reject: false })).failed) return t.skip('There is no az here.');
    await withDev(await temporaryFolder(), ({ shell, pushesOneTask }) =>
      pushesOneTask(readmeBlock('sh', 'az storage message put'), async (block) => {
        const { exitCode, all } = await shell(block);
        assert.equal(exitCode, 0, all);
      }),
    );
  });

  it('submit and make DataFrames with the Python client', async (t) => {
    const { python, reason } = await clientPython();
    if (python === undefined) return t.skip(String(reason));
    await withDev(await temporaryFolder(), async ({ folder, shell }) => {
      await writeFile(join(folder, 'sweep.py'), readmeBlock('python', 'from mops_cold import'));
      const { exitCode, all } = await shell(`PYTHONPATH="${clientFolder}" "${python}" -B sweep.py`);
      assert.equal(exitCode, 0, all);
      assert.match(all, /infected_q0\.05/);
    });
  });

  it('run, submit, watch, fetch and verify with mops-cold', async () => {
    const lines = readmeBlock('sh', 'mops-cold bundle check').trim().split('\n');
    await withDev(await temporaryFolder(), async ({ folder, shell }) => {
      await writeFile(
        join(folder, 'study.json'),
        JSON.stringify({ model: 'my_model.seir', scenario: 'baseline', parameter_sets: [{ beta: 0.4 }] }),
      );
      let job = '';
      for (const written of lines) {
        // As they stand, but for how often the bench repeats everything: that takes minutes where much else runs.
        const line = written.replace(/^mops-cold bench /, 'mops-cold bench --n 2 ');
        const { exitCode, stdout, all } = await shell(line.replaceAll('<job>', job));
        assert.equal(exitCode, 0, `${line}\n${all}`);
        job = /^Job (\S+), run/m.exec(stdout)?.[1] ?? job;
      }
    });
  });
});
