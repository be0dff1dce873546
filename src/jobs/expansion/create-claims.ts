import type { ContainerClient } from '@azure/storage-blob';
import { createOnce } from '../../azure-backend/create-once.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { UnsureTasks } from '../../contracts/job/expansion.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { taskId } from '../../contracts/task/task-id.js';
import type { Delivery } from '../../simulation/delivery.js';
import type { JobRecords } from '../../simulation/ports.js';
import { readMessage } from '../../simulation/read-message.js';
import { createLookout } from '../create-lookout.js';
import { claimPath, outcomePath, unsurePrefix } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

const pauseMs = 5_000;

/** Sees to it that of two messages of one task only one runs it. */
export interface Claims {
  /** Looks at once, so that the first message need not wait for it. */
  known(): Promise<void>;
  /**
   * Does the work of a message unless another of the same task has it.
   *
   * @returns whether it did
   */
  once(delivery: Delivery, work: () => Promise<void>): Promise<boolean>;
}

/**
 * Where an expander cannot know whether it had sent a message it sends it again, and says so before: every worker then lets a message of these tasks run only
 * with a claim on the task, and claims the tasks that it is running. Of all other tasks there is nothing to be asked: one listing every five seconds for each worker
 * while tasks are under way, whatever their number.
 */
export function createClaims(
  jobs: ContainerClient,
  records: Pick<JobRecords, 'readBody'>,
  everyMs = pauseMs,
): Claims {
  /** Blobs of each run, by its job and name; their tasks are read when one of its messages comes. */
  const marks = new Map<string, Set<string>>();
  const tasksOf = new Map<string, Promise<Set<string>>>();
  const running = new Set<Delivery>();
  /** Blobs that are known, and for which what runs has not been claimed: a look that fails in the middle leaves some. */
  let fresh = 0;
  const { known, goOn } = createLookout(
    {
      list,
      told,
      isNeeded: () => running.size > 0,
      trouble: 'Which tasks have two messages cannot be told now',
    },
    everyMs,
  );

  async function list(): Promise<void> {
    for await (const { name } of unlessMissing(jobs.listBlobsFlat({ prefix: unsurePrefix }))) {
      const [, jobId, run] = name.split('/');
      const ofRun = marks.get(`${jobId}/${run}`) ?? new Set();
      if (ofRun.has(name)) continue;
      fresh += 1;
      marks.set(`${jobId}/${run}`, ofRun.add(name));
    }
  }

  async function told(): Promise<void> {
    // What runs already has begun with the first of its messages.
    if (fresh > 0) await Promise.all([...running].map((delivery) => mayRun(delivery)));
    fresh = 0;
  }

  async function mayRun({ body, messageId }: Delivery): Promise<boolean> {
    if (marks.size === 0) return true;
    const read = await readMessage(body, records.readBody);
    if (!read.ok) return true; // refused as such
    const { job_id: jobId, run } = read.message;
    const ofRun = [...(marks.get(`${jobId}/${run}`) ?? [])];
    if (jobId === undefined || run === undefined || ofRun.length === 0) return true;
    const task = taskId(read.message);
    const unsure = await Promise.all(ofRun.map(async (name) => (await tasksIn(name)).has(task)));
    if (!unsure.includes(true)) return true;
    const path = claimPath({ jobId, run }, task);
    const isClaimed =
      (await createOnce(jobs, path, messageId, 'text/plain')) ||
      (await readTextBlob(jobs, path)) === messageId;
    // Its other message may have run it before there was anything to claim.
    return isClaimed && !(await jobs.getBlobClient(outcomePath({ jobId, run }, task)).exists());
  }

  function tasksIn(name: string): Promise<Set<string>> {
    const tasks =
      tasksOf.get(name) ??
      readTextBlob(jobs, name).then(
        (text) => new Set(text === undefined ? [] : parseDocument(UnsureTasks, text, name).tasks),
      );
    tasksOf.set(name, tasks);
    tasks.catch(() => tasksOf.delete(name));
    return tasks;
  }

  return {
    known,
    async once(delivery, work) {
      // Before it is asked whether it may: what becomes known meanwhile is then claimed, too.
      running.add(delivery);
      try {
        await known();
        if (!(await mayRun(delivery))) return false;
        goOn();
        await work();
        return true;
      } finally {
        running.delete(delivery);
      }
    },
  };
}
