import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ContainerClient, RestError } from '@azure/storage-blob';
import { followLog } from '../../../src/jobs/reading/follow-log.js';
import { createFollowers } from '../../../src/jobs/recording/create-followers.js';
import { temporaryFolders } from '../../fixtures/files/temporary-folders.js';

const make = temporaryFolders();
const run = { jobId: 'job', run: 'run' };
const within = { timeout: 60_000 };
/** Far from that of this machine. */
const storageNow = new Date('2001-01-01T12:00:00Z');

interface Follower {
  task: string;
  /** When it was said last that he follows. */
  secondsAgo: number;
  /** Says so again when his blob is about to be removed. */
  isBack?: boolean;
}

/** The storage as a worker sees it that looks who follows. */
function storageOf(followers: Follower[]) {
  const removed: string[] = [];
  const seen = { listings: 0 };
  const container = {
    listBlobsFlat: () => ({
      async *byPage() {
        seen.listings += 1;
        const blobItems = followers.map(({ task, secondsAgo }) => ({
          name: `following/job/run/${task}/f`,
          properties: { lastModified: new Date(storageNow.getTime() - secondsAgo * 1000), etag: task },
        }));
        yield { date: storageNow, segment: { blobItems } };
      },
    }),
    getBlobClient: (name: string) => ({
      async deleteIfExists({ conditions }: { conditions: { ifMatch: string } }) {
        const index = followers.findIndex(({ task }) => name.includes(`/${task}/`));
        assert.equal(conditions.ifMatch, followers[index]?.task);
        if (followers[index]?.isBack) throw new RestError('ConditionNotMet', { statusCode: 412 });
        removed.push(name);
        followers.splice(index, 1);
      },
    }),
  } as unknown as ContainerClient;
  return { container, removed, seen };
}

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await sleep(1);
}

async function logOf(text: string): Promise<string> {
  return join(await make({ log: text }), 'log');
}

test('an upload that hangs is the only one, and does not hold its task', within, async () => {
  const { container, seen } = storageOf([{ task: 'task', secondsAgo: 1 }]);
  const uploads: (AbortSignal | undefined)[] = [];
  const putLog = (...[, , , , signal]: unknown[]) => {
    uploads.push(signal as AbortSignal);
    return new Promise<string>(() => undefined);
  };
  const followers = createFollowers(container, { putLog }, 1);
  const end = followers.printing(run, 'task', 'attempt', await logOf('it prints'));
  await until(() => uploads.length > 0);
  const before = seen.listings;
  await until(() => seen.listings > before + 10);
  assert.deepEqual([uploads.length, uploads[0]?.aborted], [1, false]);
  await end();
  assert.deepEqual([uploads.length, uploads[0]?.aborted], [1, true]);
});

test('an upload that is on its way arrives before the whole log', within, async () => {
  const { container } = storageOf([{ task: 'task', secondsAgo: 1 }]);
  const told: string[] = [];
  let arrive = () => {};
  const arrived = new Promise<void>((resolve) => {
    arrive = resolve;
  });
  const putLog = async (...[, , , , signal]: unknown[]) => {
    told.push('sent');
    await arrived;
    told.push((signal as AbortSignal).aborted ? 'aborted' : 'arrived');
    return 'azure://jobs/log';
  };
  const end = createFollowers(container, { putLog }, 1).printing(
    run,
    'task',
    'attempt',
    await logOf('it prints'),
  );
  await until(() => told.length > 0);
  const ended = end().then(() => told.push('over'));
  arrive();
  await ended;
  assert.deepEqual(told, ['sent', 'arrived', 'over']);
});

test(
  'who was killed is no follower, and what he left is removed once he cannot come back',
  within,
  async (t) => {
    const warn = t.mock.method(console, 'warn', () => undefined);
    const { container, removed, seen } = storageOf([
      { task: 'followed', secondsAgo: 30 },
      { task: 'silent', secondsAgo: 120 },
      { task: 'left', secondsAgo: 601 },
      { task: 'back', secondsAgo: 602, isBack: true },
    ]);
    const shown: string[] = [];
    const putLog = async (...[, task]: unknown[]) => {
      shown.push(String(task));
      return 'azure://jobs/log';
    };
    const followers = createFollowers(container, { putLog }, 1);
    const path = await logOf('it prints');
    const ends = ['followed', 'silent', 'left', 'back'].map((task) =>
      followers.printing(run, task, 'attempt', path),
    );
    await until(() => seen.listings > 3);
    await Promise.all(ends.map((end) => end()));
    assert.deepEqual(shown, ['followed']);
    assert.deepEqual(removed, ['following/job/run/left/f']);
    assert.equal(warn.mock.callCount(), 0);
  },
);

test('who stops following removes what he sent, though he never learned that it arrived', async () => {
  const going = new AbortController();
  const sent: string[] = [];
  const removed: string[] = [];
  const jobs = {
    url: 'http://storage.invalid/jobs',
    storageClientContext: {
      version: '',
      async sendRequest({ url }: { url: string }) {
        sent.push(url.replace('http://storage.invalid/jobs/', ''));
        going.abort(new Error('Ctrl-C'));
        throw going.signal.reason;
      },
    },
    getBlobClient: (name: string) => ({ deleteIfExists: async () => removed.push(name) }),
  } as unknown as ContainerClient;
  await followLog(jobs, run, 'task').end();
  assert.deepEqual(removed, [], 'nothing was sent');
  const log = followLog(jobs, run, 'task');
  await assert.rejects(log.more(going.signal), /Ctrl-C/);
  await log.end();
  assert.equal(removed.length, 1);
  assert.deepEqual(removed, sent);
});
