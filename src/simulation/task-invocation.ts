import type { CpuBaseline } from '../contracts/environment/cpu-baseline.js';
import type { TaskMessage } from '../contracts/message/task-message.js';
import type { RunExecutor } from '../contracts/task/executor.js';
import { resultKey } from '../contracts/task/result-key.js';
import type { JobRun } from './ports.js';
import type { Stopwatch } from './stopwatch.js';

/** One invocation for one task, with the names under which everything about it is kept. */
export interface TaskInvocation {
  task: TaskMessage;
  taskId: string;
  resultKey: string;
  executor: RunExecutor;
  /** What the app lets a task use; of its bundle's own word the result's name says nothing, the bundle's digest does. */
  threads: number;
  /** Whether the app runs tasks without address randomisation. */
  fixedAddresses: boolean;
  /** The instruction sets to which the app holds the libraries of its tasks. */
  cpuBaseline: CpuBaseline;
  /** Whether the message itself demands a fresh process, whatever the app or its bundle would do. */
  coldDemanded: boolean;
  /** Why it runs cold though the app would reuse a process, one sentence. */
  coldBecause?: string;
  /** Whether it runs although its result is stored. */
  mustRun: boolean;
  jobRun: JobRun;
  attempt: string;
  /** Deliveries used up so far, this one and those of earlier copies of the message included. */
  deliveries: number;
  /** Runs since the delivery arrived. */
  stopwatch: Stopwatch;
  /** Milliseconds between the message's insertion and its arrival here. */
  queuedMs: number;
}

/** The same invocation under another kind of process, which gives its result another name. */
export function withExecutor(executor: RunExecutor, invocation: TaskInvocation): TaskInvocation {
  if (executor === invocation.executor) return invocation;
  return { ...invocation, executor, resultKey: resultKey(invocation.task, executor, invocation) };
}
