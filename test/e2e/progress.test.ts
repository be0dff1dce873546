import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { execa } from 'execa';
import { openStorage } from '../../src/connections/open-storage.js';
import { forEachConcurrently } from '../../src/jobs/for-each-concurrently.js';
import { findJob } from '../../src/jobs/reading/find-job.js';
import { readJobStatus } from '../../src/jobs/reading/read-job-status.js';
import { createJobRecords } from '../../src/jobs/recording/create-job-records.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { openRun, outcomeOf } from '../integration/jobs/made-records.js';
import { blobNames, eventually, fixture, taskMessage, withApp } from './running-app.js';

const azurite = await startAzurite();
after(() => azurite.stop());

describe('the status of a large job', { skip: process.platform !== 'linux' && 'needs /proc' }, () => {
  it('is right with two hosts, one of whose workers is killed before it has told what it did', async () => {
    await withApp(azurite, { MODELOPS_RECYCLE_AFTER_TASKS: '5' }, async (app) => {
      await app.startHost();
      const { signal } = new AbortController();
      const storage = await openStorage(app.env);
      const run = { jobId: 'large', run: '20260101T000000000Z-abcdef' };
      const [made, sent] = [1_010, 24];
      await openRun(storage, run, made + sent);
      // As if instances had recorded these that are gone, and have told nothing.
      const records = createJobRecords(app.jobs);
      await forEachConcurrently(Array(made).keys(), 32, signal, async (number) => {
        await records.recordOutcome(outcomeOf(run, number));
      });
      const bundle = await app.push(fixture('leaves_daemon_and_waits'));
      const until = join(app.env.HOME ?? '', 'until');
      for (let number = 0; number < sent; number++) {
        const values = { word: `daemon-of-${app.queue.name}`, until, number };
        const message = taskMessage(bundle, { params: { values }, job_id: run.jobId, run: run.run });
        await app.queue.sendMessage(JSON.stringify(message));
      }
      const status = async () =>
        readJobStatus(storage, await findJob(storage, run.jobId, undefined, signal), signal);

      await eventually('what runs now is told', async () => (await status()).running.tasks > 0);
      const { running, state } = await status();
      assert.equal(state, 'running');
      const names = Object.keys(running.longest[0]?.params ?? {});
      assert.deepEqual(names.sort(), ['number', 'until', 'word']);
      await writeFile(until, '');
      const recorded = () => blobNames(app.jobs, `jobs/large/runs/${run.run}/outcomes/`);
      await eventually('some have ended', async () => (await recorded()).length > made + 3, 120_000);
      await eventually('a worker is killed', async () => {
        const started = app.events.filter((event) => event.type === 'worker-started');
        try {
          return process.kill(started.at(-1)?.pid ?? 0, 'SIGKILL');
        } catch {
          return false; // it was replaced in this moment
        }
      });

      await eventually('all are counted', async () => (await status()).pending === 0, 120_000);
      const { ended, outcomes, as_of: asOf, no_progress: trouble } = await status();
      assert.deepEqual(
        [ended, outcomes, asOf, trouble],
        [made + sent, { succeeded: made - 101 + sent, crashed: 101 }, null, []],
      );
      const folder = `jobs/large/runs/${run.run}/`;
      const summaries = await blobNames(app.jobs, `${folder}progress/`);
      assert.ok(summaries.length >= 1 && summaries.length <= 6, `${summaries.length} of some ten workers`);
      assert.equal((await blobNames(app.jobs, `${folder}counted-run`)).length, 1);
    });
  });
});

/** Says what it does, and waits in between. */
const tells = `import os, time

def wire(entrypoint, params, seed):
    print(f"begins, run {os.getpid()}")
    while not os.path.exists(params["until"]):
        time.sleep(0.02)
    print("ends")
    return {"seed": str(seed).encode()}
`;

describe('what a task prints', () => {
  it('is followed while it runs, through the loss of its worker, to its end', async () => {
    await withApp(azurite, {}, async (app) => {
      const home = app.env.HOME ?? '';
      const until = join(home, 'until');
      await mkdir(join(home, 'model'));
      await writeFile(join(home, 'model', 'wire.py'), tells);
      const bundle = await app.push(join(home, 'model'));
      const job = ['--job-id', 'told', '--bundle', bundle, '--entrypoint', 'a.b/c', '--no-preflight'];
      const main = join(packageRoot, 'dist', 'cli', 'main.js');
      const cli = (...args: string[]) =>
        execa(process.execPath, [main, ...args], {
          env: app.env,
          extendEnv: false,
          cwd: home,
          reject: false,
        });
      await cli('submit', ...job, '--grid', `until=${until}`, '--replicates', '1');
      const following = cli('logs', 'told', `until=${until}`, '--follow');
      const interrupted = cli('logs', 'told', `until=${until}`, '--follow');
      let shown = '';
      following.stdout.on('data', (chunk) => {
        shown += chunk;
      });
      const times = (word: string) => shown.split(word).length - 1;
      const followers = async () => (await blobNames(app.jobs, 'following/')).length;
      try {
        await eventually('its first line is shown', async () => times('begins') === 1);
        assert.equal(await followers(), 2);
        process.kill(await eventually('there is a worker', async () => app.host.workerPid()), 'SIGKILL');
        await eventually('another worker runs it', async () => times('begins') === 2);
        interrupted.kill('SIGINT');
        const { exitCode, stderr } = await interrupted;
        assert.equal(exitCode, 130);
        assert.match(
          stderr,
          /Interrupted\. The task goes on without you: `mops-cold logs told \S+ --follow`/,
        );
        await writeFile(until, '');
        const ended = await following;
        assert.equal(ended.exitCode, 0, ended.stderr);
        assert.match(ended.stderr, /its worker went away, and another runs it from the beginning/);
        assert.match(ended.stderr, /Task [0-9a-f]{12} succeeded: /);
        assert.deepEqual([times('begins'), times('ends')], [2, 1], shown);
        assert.equal(await followers(), 0);
      } finally {
        await writeFile(until, '');
        following.kill();
        interrupted.kill();
      }
    });
  });
});
