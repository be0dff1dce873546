/** The task itself failed, so that there is nothing to measure. */
export class TaskFailed extends Error {
  override readonly name = 'TaskFailed';

  constructor(
    readonly method: string,
    reason: string,
    /** Of the simulation's own error, when there is one. */
    readonly traceback = '',
  ) {
    super(`The task fails (method ${method}): ${reason}`);
  }
}
