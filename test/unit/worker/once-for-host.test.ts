import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { onceForHost } from '../../../src/worker/once-for-host.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const temporaryFolder = temporaryFolders();

test('what is for the first worker of a host is done again only for another host, or when it was not done', async () => {
  const file = join(await temporaryFolder(), 'done');
  let asked = 0;
  const worker = (done: boolean) =>
    onceForHost(file, async () => {
      asked += 1;
      return done;
    });
  await worker(false);
  await worker(true);
  assert.equal(asked, 2);
  await worker(true);
  assert.equal(asked, 2);
  await writeFile(
    file,
    JSON.stringify({ pid: process.ppid, start_time: '1', boot_id: 'of another machine' }),
  );
  await worker(true);
  assert.equal(asked, 3);
});

test('where nothing can be kept, it is done each time', async () => {
  let asked = 0;
  for (const _ of ['first', 'second'])
    await onceForHost(join(await temporaryFolder(), 'missing', 'done'), async () => {
      asked += 1;
      return true;
    });
  assert.equal(asked, 2);
});
