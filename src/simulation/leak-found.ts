/** A reused process answered otherwise than fresh ones: its answer must not be stored. */
export class LeakFound extends Error {
  override readonly name = 'LeakFound';
}
