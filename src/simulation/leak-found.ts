/** A reused process answered otherwise than fresh ones: its answer must not be stored. */
export class LeakFound extends Error {
  override readonly name = 'LeakFound';

  constructor(
    message: string,
    /** Processes of its runs so far that could not be killed. */
    readonly unkillable: number[],
  ) {
    super(message);
  }
}
