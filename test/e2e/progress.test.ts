import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, describe, it } from 'node:test';
import { openStorage } from '../../src/connections/open-storage.js';
import { forEachConcurrently } from '../../src/jobs/for-each-concurrently.js';
import { findJob } from '../../src/jobs/reading/find-job.js';
import { readJobStatus } from '../../src/jobs/reading/read-job-status.js';
import { createJobRecords } from '../../src/jobs/recording/create-job-records.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
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
