import type { OpenStorage } from '../../connections/open-storage.js';
import { AppSilent } from '../../preflight/app-silent.js';
import { checkInApp } from '../../preflight/check-in-app.js';
import type { CheckedNames } from '../../preflight/checked-names.js';
import type { CliContext } from '../cli-context.js';
import type { Output } from '../terminal/output.js';

/**
 * Lets the app try the bundle out, before its tasks are sent.
 *
 * @throws Error that says what is missing there
 */
export async function preflightInApp(
  storage: OpenStorage,
  bundleRef: string,
  names: CheckedNames,
  { output, context }: { output: Output; context: CliContext },
): Promise<void> {
  const problems = await checkInApp(storage, bundleRef, names, context.signal, (jobId) =>
    output.note(`The app is checking the bundle (job ${jobId}) …`),
  ).catch((cause: unknown) => {
    if (context.signal.aborted || !(cause instanceof AppSilent)) throw cause;
    throw new Error(`Cannot submit: ${cause.message}. Nothing else was sent.`, { cause });
  });
  if (problems.length > 0) {
    throw new Error(
      `Cannot submit: in the app, no task of this bundle could run. Nothing else was sent.\n${problems.map((problem) => `  ${problem}`).join('\n')}`,
    );
  }
  output.note('The app can run it.');
}
