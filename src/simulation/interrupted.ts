import type { TaskInvocation } from './task-invocation.js';

/** The worker is going away, and the task was stopped with it. Its message goes back to the queue. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly invocation: TaskInvocation) {
    super(
      `The attempt ${invocation.attempt} at task ${invocation.taskId} was stopped because its worker is taken away.`,
    );
  }
}
