/** A process could not be forked, now. */
export class ForkFailed extends Error {
  override readonly name = 'ForkFailed';

  static because(cause: unknown): ForkFailed {
    return new ForkFailed(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}
