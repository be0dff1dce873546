/** A bundle asks to be forked, and that would not be safe, or would not be what was demanded, or does not work. */
export class ForkRefused extends Error {
  override readonly name = 'ForkRefused';

  /** @param why the rest of a sentence without its full stop, as in "its import runs 2 more threads" */
  constructor(readonly why: string) {
    super(`Started anew instead of forked, as the start_method of its bundle asks: ${why}.`);
  }
}
