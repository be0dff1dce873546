import { aggregationIdentities } from '../contracts/message/aggregation-identities.js';
import type { TaskMessage } from '../contracts/message/task-message.js';
import { resultKey } from '../contracts/task/result-key.js';
import { taskId } from '../contracts/task/task-id.js';
import type { Delivery } from './delivery.js';
import { newAttempt } from './new-attempt.js';
import type { JobRun } from './ports.js';
import type { SimulationContext } from './simulation-context.js';
import type { Stopwatch } from './stopwatch.js';
import type { TaskInvocation } from './task-invocation.js';

/** What one delivery of a task's message is from here on. */
export function createTaskInvocation(
  context: SimulationContext,
  message: TaskMessage,
  delivery: Delivery,
  stopwatch: Stopwatch,
): TaskInvocation {
  // A check says something of a fresh process.
  const coldDemanded = message.check !== undefined || message.executor === 'cold';
  const executor = coldDemanded ? 'cold' : (message.executor ?? context.defaultExecutor);
  const { aggregate } = message;
  return {
    task: message,
    taskId: aggregate ? aggregationIdentities.id(aggregate) : taskId(message),
    resultKey: aggregate
      ? aggregationIdentities.resultKey(aggregate, context)
      : resultKey(message, executor, context),
    executor,
    threads: context.threads,
    fixedAddresses: context.fixedAddresses ?? false,
    cpuBaseline: context.cpuBaseline ?? 'native',
    coldDemanded,
    mustRun: message.no_cache ?? false,
    jobRun: jobRunOf(message, delivery.messageId),
    attempt: newAttempt(),
    deliveries: (message.attempt ?? 0) + delivery.dequeueCount,
    stopwatch,
    queuedMs: delivery.insertedAt
      ? Math.max(0, context.now().getTime() - stopwatch.elapsedMs() - delivery.insertedAt.getTime())
      : 0,
  };
}

/** A message without a job belongs to the job `direct`; one without a run is a run of its own, so that it can be sent again. */
function jobRunOf(message: TaskMessage, messageId: string): JobRun {
  return { jobId: message.job_id ?? 'direct', run: message.run ?? messageId };
}
