import assert from 'node:assert/strict';
import fs from 'node:fs';
import { readdir, readFile, utimes } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { test } from 'node:test';
import type { KeptProgress } from '../../../src/jobs/recording/create-progress.js';
import { processIdentity } from '../../../src/runner/identity/process-identity.js';
import { workerName } from '../../../src/runner/identity/worker-name.js';
import { progressMemory } from '../../../src/worker/progress-memory.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();

type Identity = Parameters<typeof workerName>[0];

async function identity(pid: number): Promise<Identity> {
  const found = await processIdentity(pid);
  assert.ok(found);
  return found;
}

/** A worker that had the pid of this process before. */
async function deadWorker(nth = 1): Promise<Identity> {
  const self = await identity(process.pid);
  return { ...self, start_time: `${self.start_time}${nth}` };
}

const summary = (jobId: string) => ({ jobId, run: 'run', id: 'id', unwritten: false }) as KeptProgress;
const named = (kept: KeptProgress[]) => kept.map(({ jobId }) => jobId);

test('what a worker wrote last is what the next one takes over, whatever it wrote before, and once', async () => {
  const folder = await make({});
  const dead = progressMemory(folder, await deadWorker());
  const texts = ['a', 'ä'.repeat(300), '🧪'.repeat(40), 'ä', 'longest'.repeat(200), ''];
  for (const [index, text] of texts.entries()) {
    dead.save([summary(text)]);
    const [name = ''] = await readdir(folder);
    const written = await readFile(join(folder, name), 'utf8');
    assert.deepEqual(named(JSON.parse(written).kept), [text], `text ${index}`);
  }
  const [living, other] = await Promise.all([identity(process.pid), identity(process.ppid)]);
  const taken = await Promise.all([
    progressMemory(folder, living).load(),
    progressMemory(folder, other).load(),
  ]);
  assert.deepEqual(named(taken.flat()), ['']);
  assert.deepEqual(await readdir(folder), []);
});

test('what a living worker keeps stays its own', async () => {
  const folder = await make({});
  progressMemory(folder, await identity(process.ppid)).save([summary('its')]);
  assert.deepEqual(await progressMemory(folder, await identity(process.pid)).load(), []);
  assert.equal((await readdir(folder)).length, 1);
});

test('all is written where the disk takes it in parts', async (t) => {
  const folder = await make({});
  const write = fs.writeSync;
  const inParts = (file: number, text: Buffer | string, from: number, length = text.length, at = from) =>
    write(file, Buffer.from(text as string), typeof text === 'string' ? 0 : from, Math.min(length, 7), at);
  t.mock.method(fs, 'writeSync', inParts as typeof write);
  syncBuiltinESMExports();
  t.after(() => {
    t.mock.restoreAll();
    syncBuiltinESMExports();
  });
  progressMemory(folder, await deadWorker()).save([summary('ä🧪'.repeat(50))]);
  const taken = await progressMemory(folder, await identity(process.pid)).load();
  assert.deepEqual(named(taken), ['ä🧪'.repeat(50)]);
});

test('a file that tells nothing of its worker is left to it for a day, and then removed', async () => {
  const name = workerName(await deadWorker());
  const folder = await make({
    [`${name}.json`]: '{"worker":{"pid":1,',
  });
  const before = await readdir(folder);
  const memory = progressMemory(folder, await identity(process.pid));
  assert.deepEqual(await memory.load(), []);
  assert.deepEqual(await readdir(folder), before);
  const longAgo = Date.now() / 1000 - 25 * 3600;
  for (const file of before) await utimes(join(folder, file), longAgo, longAgo);
  assert.deepEqual(await memory.load(), []);
  assert.deepEqual(await readdir(folder), []);
});
