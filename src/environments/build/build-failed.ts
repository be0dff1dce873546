/** A build that failed because of what it was to install, or of what it met on the way. */
export class BuildFailed extends Error {
  override readonly name = 'BuildFailed';

  constructor(
    message: string,
    readonly mayPass: boolean,
    /** All that was said: a file on this machine. */
    readonly log: string | undefined,
  ) {
    super(message);
  }
}
