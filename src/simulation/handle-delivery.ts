import { createTaskInvocation } from './create-task-invocation.js';
import type { Delivery } from './delivery.js';
import type { DeliveryResult } from './delivery-result.js';
import { giveUp } from './give-up.js';
import { Interrupted } from './interrupted.js';
import { observe } from './observe.js';
import { readMessage } from './read-message.js';
import { runTask } from './run-task.js';
import type { SimulationContext } from './simulation-context.js';
import type { TaskInvocation } from './task-invocation.js';

/**
 * The way of one message: parse, run unless its result exists, commit, record.
 * Returns when the message is done, whatever its outcome.
 *
 * @param signal aborted when the worker goes away.
 * @throws on trouble outside the task (storage, the process layer): the queue delivers the message again.
 */
export async function handleDelivery(
  context: SimulationContext,
  delivery: Delivery,
  signal: AbortSignal,
): Promise<DeliveryResult> {
  return observe(context, 'tasks', delivery, async (observed) => {
    const { stopwatch } = observed;
    const read = await stopwatch.time('read', () => readMessage(delivery.body, context.records.readBody));
    if (read.ok) {
      const invocation = createTaskInvocation(context, read.message, delivery, stopwatch);
      observed.invocation = invocation;
      return runTask(context, invocation, signal).catch((error: unknown) =>
        recordLastDelivery(context, invocation, error),
      );
    }

    const { field, reason } = read;
    const refused = { ...delivery, why: 'invalid' as const, field, reason, receivedAt: context.now() };
    await stopwatch.time('record', () => context.records.refuse(refused));
    const subject = `refused/${delivery.messageId}`;
    return { outcome: 'invalid-task', subject, reason, cached: false, unkillable: [] };
  });
}

/**
 * The queue gives a message up after its last delivery without knowing why. Here it is known, and recorded for whoever
 * looks at the task; the poison queue's own record comes later, and the first one stays.
 *
 * @throws the error, always
 */
async function recordLastDelivery(
  context: SimulationContext,
  invocation: TaskInvocation,
  error: unknown,
): Promise<never> {
  if (error instanceof Interrupted || invocation.deliveries < context.maxDeliveries) throw error;
  const trouble = error instanceof Error ? error.message : String(error);
  const reason = `The last of ${context.maxDeliveries} deliveries (maxDequeueCount) ended in trouble outside the task: ${trouble} Submit it again when that is over.`;
  try {
    await giveUp(context, invocation, reason, logOf(error));
  } catch (cause) {
    throw new AggregateError([error, cause], `${trouble} Nor could that be recorded: ${String(cause)}`, {
      cause,
    });
  }
  throw error;
}

/** A build that may succeed later has a log, too. */
function logOf(error: unknown): string | undefined {
  return error instanceof Error && 'log' in error && typeof error.log === 'string' ? error.log : undefined;
}
