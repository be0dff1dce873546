/** The worker is going away, and the task was stopped with it. Its message goes back to the queue. */
export class Interrupted extends Error {
  override readonly name = 'Interrupted';
}
