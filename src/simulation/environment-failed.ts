/** No Python here can run the bundle, and trying again would not help. */
export class EnvironmentFailed extends Error {
  override readonly name = 'EnvironmentFailed';
  /** What was said while its environment was built: a file on this machine. */
  readonly log: string | undefined;

  constructor(message: string, { log, ...options }: ErrorOptions & { log?: string } = {}) {
    super(message, options);
    this.log = log;
  }
}
