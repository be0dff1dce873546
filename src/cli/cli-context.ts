import type { ExitCode } from './exit-codes.js';

/** What a command has of the world around it. */
export interface CliContext {
  env: NodeJS.ProcessEnv;
  stdout: NodeJS.WritableStream;
  stderr: NodeJS.WritableStream;
  /** Aborted when the person pressed Ctrl-C. */
  signal: AbortSignal;
  /** Set by the command that ran. */
  exitCode: ExitCode;
}
