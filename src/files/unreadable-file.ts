/** A file that a person wrote cannot be read; `why` is a clause that follows its name, `remedy` says what to do. */
export class UnreadableFile extends Error {
  override readonly name = 'UnreadableFile';

  constructor(
    readonly path: string,
    readonly why: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot read ${path}: ${why}.`, options);
  }
}
