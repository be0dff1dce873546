import { formatMessage } from '../contracts/format-message.js';
import { parseMessage } from '../contracts/parse-message.js';
import { stringifyJson } from '../contracts/stringify-json.js';
import type { OwnMessages } from '../recycling/own-messages.js';
import type { Receipt } from '../recycling/receipt.js';
import { Interrupted } from '../simulation/interrupted.js';

/** Ends what runs when the host takes the worker away, and gives the messages back. */
export interface Terminator {
  /** Runs work that ends early when the worker is taken away; its answer is then withheld, because its message is ours. */
  run<T>(delivery: Receipt & { body: Uint8Array }, work: (signal: AbortSignal) => Promise<T>): Promise<T>;
  /** Stops every task and releases its message. Has about 5 s before the host kills the worker. */
  terminate(): Promise<void>;
}

export function createTerminator(messages: OwnMessages): Terminator {
  const stopping = new AbortController();
  const running = new Map<Promise<unknown>, Receipt & { body: Uint8Array }>();

  return {
    async run(delivery, work) {
      const task = work(stopping.signal);
      running.set(task, delivery);
      try {
        return await task;
      } catch (error) {
        if (error instanceof Interrupted) return new Promise<never>(() => {});
        throw error;
      } finally {
        if (!stopping.signal.aborted) running.delete(task);
      }
    },

    async terminate() {
      const interrupted = [...running];
      stopping.abort('the host takes the worker away');
      await Promise.all(
        interrupted.map(async ([task, delivery]) => {
          const finished = await task.then(
            () => true,
            (error: unknown) => !(error instanceof Interrupted),
          );
          if (finished) return;
          const how = await messages.release(delivery, () => copyOf(delivery));
          console.log(
            `Message ${delivery.messageId} was ${how}: its task was stopped because the worker is taken away.`,
          );
        }),
      );
    },
  };
}

/** The same message, with the deliveries that it has used up. */
function copyOf({ body, dequeueCount }: { body: Uint8Array; dequeueCount: number }): string {
  const parsed = parseMessage(body);
  if (!parsed.ok) return Buffer.from(body).toString('utf8');
  if (!parsed.reference) {
    return formatMessage({ ...parsed.message, attempt: (parsed.message.attempt ?? 0) + dequeueCount });
  }
  return stringifyJson({ ...parsed.reference, attempt: (parsed.reference.attempt ?? 0) + dequeueCount });
}
