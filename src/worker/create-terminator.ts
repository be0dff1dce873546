import { setTimeout as delay } from 'node:timers/promises';
import type { TaskMessage } from '../contracts/task-message.js';
import type { OwnMessages } from '../recycling/own-messages.js';
import type { Receipt } from '../recycling/receipt.js';
import { Interrupted } from '../simulation/interrupted.js';
import type { JobRecords } from '../simulation/ports.js';

/** Ends what runs when the host takes the worker away, and gives the messages back. */
export interface Terminator {
  /** Runs work that ends early when the worker is taken away; its answer is then withheld, because its message is ours. */
  run<T>(receipt: Receipt, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Stops every task and releases its message. Has about 5 s before the host kills the worker. */
  terminate(): Promise<void>;
}

/** What is still at work by then (an upload, say) is left to be cut off with the worker, and its message released too. */
const patienceMs = 3_000;

/**
 * @param bodyOf makes the body of a message that stands in for one whose receipt is out of date
 */
export function createTerminator(
  messages: OwnMessages,
  records: JobRecords,
  bodyOf: (message: TaskMessage) => Promise<string>,
): Terminator {
  const stopping = new AbortController();
  const running = new Map<Promise<unknown>, Receipt>();

  async function giveBack(task: Promise<unknown>, receipt: Receipt): Promise<void> {
    const ended = await Promise.race([
      task.then(
        () => 'done' as const,
        (error: unknown) => error,
      ),
      delay(patienceMs, undefined, { ref: false }),
    ]);
    if (ended === 'done') return;
    const hand = ended instanceof Interrupted ? ended.hand : undefined;
    const how = await messages.release(receipt, hand && (() => bodyOf(messageOf(hand))));
    console.log(
      `Message ${receipt.messageId} was ${how}: its task was stopped because the worker is taken away.`,
    );
    if (hand)
      await records.recordInterruption(hand.of, hand.taskId, hand.attempt, String(stopping.signal.reason));
  }

  return {
    async run(receipt, work) {
      const task = work(stopping.signal);
      running.set(task, receipt);
      try {
        return await task;
      } catch (error) {
        if (stopping.signal.aborted) return new Promise<never>(() => {});
        throw error;
      } finally {
        if (!stopping.signal.aborted) running.delete(task);
      }
    },

    async terminate() {
      const interrupted = [...running];
      stopping.abort('the host takes the worker away');
      const given = await Promise.allSettled(interrupted.map(([task, receipt]) => giveBack(task, receipt)));
      for (const result of given) {
        if (result.status === 'rejected')
          console.error(`A message could not be given back: ${result.reason}`);
      }
    },
  };
}

/** The same task in the same place, with the deliveries that it has used up. */
function messageOf({ task, of, deliveries }: Interrupted['hand']): TaskMessage {
  return {
    ...task,
    ...(task.job_id === undefined ? {} : { job_id: of.jobId }),
    run: of.run,
    attempt: deliveries,
  };
}
