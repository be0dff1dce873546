/** The task itself failed, so that there is nothing to measure. */
export class TaskFailed extends Error {
  override readonly name = 'TaskFailed';

  constructor(
    /** None when it fails as the app itself would run it. */
    readonly method: string | undefined,
    reason: string,
    /** Of the simulation's own error, when there is one. */
    readonly traceback = '',
  ) {
    super(`The task fails${method === undefined ? '' : ` (method ${method})`}: ${reason}`);
  }
}
