import { setMaxListeners } from 'node:events';
import { exitCodes } from './exit-codes.js';

/** Where npm's shell gives its place to the command, one Ctrl-C arrives twice within milliseconds. */
const sameKeystrokeMs = 500;

/**
 * Aborted at the first Ctrl-C (or SIGTERM, or when the terminal goes), so that a command can end tidily; the second one ends the
 * process at once.
 *
 * @param patienceMs how long that may take; a request to a storage account that went away would take longer than by default
 */
export function interruptionSignal(process: NodeJS.Process, patienceMs = 10_000): AbortSignal {
  const controller = new AbortController();
  // Every request under way listens to it.
  setMaxListeners(0, controller.signal);
  let interruptedAt = Number.NEGATIVE_INFINITY;
  const interrupt = () => {
    if (performance.now() - interruptedAt < sameKeystrokeMs) return;
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    interruptedAt = performance.now();
    controller.abort(new Error('Interrupted.'));
    setTimeout(() => {
      process.stderr.write('Interrupted, with something still under way.\n');
      process.exit(exitCodes.interrupted);
    }, patienceMs).unref();
  };
  process.on('SIGINT', interrupt);
  process.on('SIGTERM', interrupt);
  process.on('SIGHUP', interrupt);
  // A reader that went away, as `head` does, wants no more; that is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (controller.signal.aborted) return; // the terminal is gone; what is under way still ends tidily
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? exitCodes.done);
    process.stderr.write(
      `Cannot write to stdout: ${error.message}. Lead it to where there is room, and the right to write.\n`,
    );
    process.exit(exitCodes.couldNot);
  });
  process.stderr.on('error', () => undefined); // there is nowhere left to say it
  return controller.signal;
}
