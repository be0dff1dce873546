import { z } from 'zod';
import { wholeNumberFrom } from '../json/number.js';
import { CheckRequest } from '../task/check-request.js';
import { ReplicateSet } from '../task/replicate-set.js';
import type { SimTask } from '../task/sim-task.js';
import { taskFields } from '../task/task-fields.js';
import { Traceparent } from '../telemetry/traceparent.js';
import { closedObject } from '../validation/closed-object.js';
import { mustBe } from '../validation/must-be.js';
import { SafeName } from '../validation/safe-name.js';
import type { AggregateRequest } from './aggregate-request.js';
import { StopRule } from './stop-rule.js';

/** What travels in the queue: a task, and optionally where it belongs. A bare SimTask is a message. */
export interface TaskMessage extends SimTask, StopRule {
  job_id?: string;
  run?: string;
  /** A message may demand a fresh process, never something weaker. */
  executor?: 'cold';
  /** Runs although its result is stored. What comes of it is this run's alone, and answers no other task. */
  no_cache?: true;
  /** Tries the bundle out instead of running it. */
  check?: CheckRequest;
  /** What becomes of its parameter set when this is the last of its replicates that ends. */
  replicate_set?: ReplicateSet;
  /** Compares stored results with a target instead of running a simulation. Such a message has a form of its own: see `aggregationTask`. */
  aggregate?: AggregateRequest;
  /** Tries used up before this message was sent. */
  attempt?: number;
  /** W3C Trace Context. */
  traceparent?: string;
}

/** The queue trigger hands these out beside the body, and a field of the body would overwrite its own. */
const triggerFields = [
  'id',
  'popReceipt',
  'dequeueCount',
  'insertionTime',
  'expirationTime',
  'nextVisibleTime',
  'queueTrigger',
];

const Fields = closedObject(
  'a message',
  {
    ...taskFields,
    job_id: SafeName.exactOptional(),
    run: SafeName.exactOptional(),
    executor: z
      .literal('cold', mustBe('"cold" or absent, since a message may only ask for a fresh process'))
      .exactOptional(),
    no_cache: z
      .literal(true, mustBe('true or absent, since only a result of the same packages answers a task anyway'))
      .exactOptional(),
    check: CheckRequest.exactOptional(),
    ...StopRule.shape,
    replicate_set: ReplicateSet.exactOptional(),
    attempt: wholeNumberFrom(0).exactOptional(),
    traceparent: Traceparent.exactOptional(),
  },
  (name) => {
    if (name === 'expand')
      return 'asks for the messages of a job, and is no task: put it into the queue of such requests, whose name ends in "-jobs"';
    return triggerFields.includes(name.charAt(0).toLowerCase() + name.slice(1))
      ? 'is a field of the queue trigger, which the body would overwrite: remove it'
      : undefined;
  },
);

export const TaskMessage: z.ZodType<TaskMessage> = Fields.superRefine((message, context) => {
  const { check, job_id: jobId, run } = message;
  const refuse = (field: string, complaint: string) =>
    context.addIssue({ code: 'custom', path: [field], message: complaint });
  // A check records an outcome like any task: in a job of its own it stands in for no other one.
  if (check !== undefined && jobId !== undefined && !jobId.startsWith('preflight-'))
    refuse(
      'check',
      `is given in the job "${jobId}": the job of a check is absent or begins with "preflight-"`,
    );
  for (const field of ['stop_after_failures', 'stop_set_after_failures'] as const)
    if (message[field] !== undefined && (jobId === undefined || run === undefined))
      refuse(field, 'is given to a task without a run: say with "job_id" and "run" which tasks it is about');
});
