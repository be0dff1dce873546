import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { Cancellation } from '../../contracts/job/cancellation.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import type { Cancellations, JobRun } from '../../simulation/ports.js';
import { createLookout } from '../create-lookout.js';
import { cancellationsPrefix } from '../job-paths.js';
import { unlessMissing } from '../unless-missing.js';

/** How old what is known may be: a task that was cancelled is ended within this time, and that of its end. */
const pauseMs = 5_000;

interface Watched {
  run: JobRun;
  taskId: string;
  paramId: string;
  onCancelled: () => void;
}

/**
 * What was cancelled, as one worker knows it: one listing every five seconds while tasks are under way, whatever their number, and
 * one request for each cancellation.
 */
export function createCancellations(container: ContainerClient, everyMs = pauseMs): Cancellations {
  /** By blob. */
  const read = new Map<string, Cancellation & { run: string }>();
  const watched = new Set<Watched>();
  const lookout = createLookout(
    { list, told, isNeeded: () => watched.size > 0, trouble: 'What was cancelled cannot be told now' },
    everyMs,
  );

  async function list(): Promise<void> {
    const listed = container.listBlobsFlat({ prefix: cancellationsPrefix });
    for await (const { name } of unlessMissing(listed)) {
      if (read.has(name)) continue;
      const [, jobId, run] = name.split('/');
      const text = await readTextBlob(container, name);
      if (text === undefined) continue; // removed meanwhile
      read.set(name, { ...parseDocument(Cancellation, text, name), run: `${jobId}/${run}` });
    }
  }

  async function told(): Promise<void> {
    for (const each of [...watched])
      if (whyCancelled(each.run, each) !== undefined) {
        watched.delete(each);
        each.onCancelled();
      }
  }

  /** @param task all tasks of the run when absent */
  function whyCancelled(
    { jobId, run }: JobRun,
    task?: { taskId: string; paramId: string },
  ): string | undefined {
    for (const { tasks, param_ids: sets = [], run: of, reason, ...cancelled } of read.values()) {
      if (of !== `${jobId}/${run}`) continue;
      const isMeant = task !== undefined && (tasks?.includes(task.taskId) || sets.includes(task.paramId));
      if (tasks !== null && !isMeant) continue;
      const { cancelled_at: at, cancelled_by: by } = cancelled;
      if (reason !== undefined) return reason;
      return `The task was cancelled${by === undefined ? '' : ` by ${by}`} at ${at}.`;
    }
    return undefined;
  }

  return {
    known: lookout.known,
    reasonFor: (run, taskId, paramId) => whyCancelled(run, { taskId, paramId }),
    reasonForRun: (run) => whyCancelled(run),
    watch(run, taskId, paramId, onCancelled) {
      const each = { run, taskId, paramId, onCancelled };
      watched.add(each);
      lookout.goOn();
      return () => watched.delete(each);
    },
  };
}
