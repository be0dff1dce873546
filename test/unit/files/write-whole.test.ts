import assert from 'node:assert/strict';
import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { writeWhole } from '../../../src/files/write-whole.js';
import { makeFolder } from '../../fixtures/files/make-folder.js';

let folder: string;
before(async () => {
  folder = await makeFolder({});
});
after(() => rm(folder, { recursive: true }));

test('a file is replaced as a whole, and nothing else is left', async () => {
  const path = join(folder, 'deep', 'file');
  await writeWhole(path, ['first']);
  await writeWhole(path, [Buffer.from('sec'), Buffer.from('ond')]);
  assert.equal(await readFile(path, 'utf8'), 'second');
  await writeWhole(path, ['']);
  assert.equal(await readFile(path, 'utf8'), '');
  assert.deepEqual(await readdir(join(folder, 'deep')), ['file']);
});

test('what was there stays when the content fails or the signal aborts', async () => {
  const path = join(folder, 'kept');
  await writeWhole(path, ['old']);
  await assert.rejects(writeWhole(path, failing()), /no more/);
  const controller = new AbortController();
  const stopped = writeWhole(path, endless(controller), { signal: controller.signal });
  await assert.rejects(stopped, { name: 'AbortError' });
  assert.equal(await readFile(path, 'utf8'), 'old');
  assert.deepEqual(
    (await readdir(folder)).filter((name) => name.endsWith('.part')),
    [],
  );
});

test('content that fails at once leaves no file that comes after it', async () => {
  const sink = await makeFolder({});
  after(() => rm(sink, { recursive: true }));
  // One in some hundred came after it.
  for (let time = 0; time < 50; time++) {
    const all = Array.from({ length: 50 }, (_, at) => writeWhole(join(sink, `${at}`), failingAtOnce()));
    for (const { status } of await Promise.allSettled(all)) assert.equal(status, 'rejected');
  }
  assert.deepEqual(await readdir(sink), []);
});

// biome-ignore lint/correctness/useYield: it has none
async function* failingAtOnce(): AsyncGenerator<Uint8Array> {
  throw new Error('nothing');
}

async function* failing(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('new');
  throw new Error('no more');
}

async function* endless(controller: AbortController): AsyncGenerator<Uint8Array> {
  for (let count = 0; ; count += 1) {
    if (count === 10) controller.abort();
    yield Buffer.from('new');
    await new Promise((resolve) => setImmediate(resolve));
  }
}
