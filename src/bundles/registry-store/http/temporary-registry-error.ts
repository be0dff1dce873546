/** A registry cannot be used now; it may be later. */
export class TemporaryRegistryError extends Error {
  override readonly name = 'TemporaryRegistryError';
  /** How long the registry asks to be left alone, at most a minute. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    { retryAfterMs, cause }: { retryAfterMs?: number | undefined; cause?: unknown } = {},
  ) {
    super(message, cause === undefined ? {} : { cause });
    this.retryAfterMs = retryAfterMs;
  }
}
