/** Somebody else changed an expansion meanwhile. */
export class Overtaken extends Error {
  override readonly name = 'Overtaken';

  constructor(path: string, cause: unknown) {
    super(`Another expander is at work on ${path}.`, { cause });
  }
}
