import type { TaskLine } from '../../contracts/job/task-line.js';
import type { TaskMessage } from '../../contracts/message/task-message.js';
import { forEachConcurrently } from '../for-each-concurrently.js';
import type { JobStorage } from '../job-storage.js';
import { messageBody } from './message-body.js';

const atOnce = 32;

/**
 * Sends a message for each task, 32 at a time. A body that is too large for the queue goes to a blob before its message.
 *
 * @param ofRun what they have in common
 */
export async function sendTasks(
  storage: Pick<JobStorage, 'jobs' | 'queue'>,
  lines: Iterable<TaskLine>,
  ofRun: Partial<TaskMessage>,
  signal: AbortSignal,
  onSent: () => void,
): Promise<void> {
  await forEachConcurrently(lines, atOnce, signal, async ({ message }) => {
    // A message lives until it is done: the default would drop it after a week.
    await storage.queue.sendMessage(await messageBody(storage.jobs, { ...message, ...ofRun }), {
      messageTimeToLive: -1,
    });
    onSent();
  });
}
