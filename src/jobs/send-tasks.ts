import { createHash } from 'node:crypto';
import { createOnce } from '../azure-backend/create-once.js';
import { formatMessage } from '../contracts/format-message.js';
import { stringifyJson } from '../contracts/stringify-json.js';
import type { TaskLine } from '../contracts/task-line.js';
import type { TaskMessage } from '../contracts/task-message.js';
import { forEachConcurrently } from './for-each-concurrently.js';
import { bodyPath } from './job-paths.js';
import type { JobStorage } from './job-storage.js';
import { fitsTheQueue, queueText } from './queue-text.js';

const atOnce = 32;

/** Sends a message for each task, 32 at a time. A body that is too large for the queue goes to a blob before its message. */
export async function sendTasks(
  storage: Pick<JobStorage, 'jobs' | 'queue'>,
  lines: Iterable<TaskLine>,
  run: string,
  signal: AbortSignal,
  onSent: () => void,
): Promise<void> {
  await forEachConcurrently(lines, atOnce, signal, async ({ message }) => {
    // A message lives until it is done: the default would drop it after a week.
    await storage.queue.sendMessage(await bodyOf(storage, { ...message, run }), { messageTimeToLive: -1 });
    onSent();
  });
}

async function bodyOf({ jobs }: Pick<JobStorage, 'jobs'>, message: TaskMessage): Promise<string> {
  const json = queueText(formatMessage(message));
  if (fitsTheQueue(json)) return json;
  const name = bodyPath(createHash('sha256').update(json).digest('hex'));
  await createOnce(jobs, name, json, 'application/json');
  return stringifyJson({ body_ref: name });
}
