import type { TaskInHand } from './task-in-hand.js';

/** The worker is going away, and the task was stopped with it. Its message goes back to the queue. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';

  constructor(readonly hand: TaskInHand) {
    super(`The attempt ${hand.attempt} at task ${hand.taskId} was stopped because its worker is taken away.`);
  }
}
