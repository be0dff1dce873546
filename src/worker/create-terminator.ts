import { setMaxListeners } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
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

export function createTerminator(messages: OwnMessages, records: JobRecords): Terminator {
  const stopping = new AbortController();
  // Each task listens to it, and a worker has up to 32.
  setMaxListeners(0, stopping.signal);
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
    const invocation = ended instanceof Interrupted ? ended.invocation : undefined;
    const how = await messages.release(receipt);
    const when = how === 'left' ? ' It comes back within ten minutes.' : '';
    console.log(
      `Message ${receipt.messageId} was ${how}: its task was stopped because the worker is taken away.${when}`,
    );
    if (invocation)
      await records.recordInterruption(
        invocation.jobRun,
        invocation.taskId,
        invocation.attempt,
        String(stopping.signal.reason),
      );
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
