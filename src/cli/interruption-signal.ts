import { exitCodes } from './exit-codes.js';

/** Aborted at the first Ctrl-C (or SIGTERM), so that a command can end tidily; the second one ends the process at once. */
export function interruptionSignal(process: NodeJS.Process): AbortSignal {
  const controller = new AbortController();
  const interrupt = () => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(new Error('Interrupted.'));
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  // A reader that went away, as `head` does, wants no more; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
    process.exit(process.exitCode ?? exitCodes.done);
  });
  return controller.signal;
}
