import { verifyBundle } from '../../bundles/verify-bundle.js';
import { readSettings } from '../../config/read-settings.js';
import { openStore } from '../../connections/open-bundles.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';
import { bundleRefOf } from './bundle-ref-of.js';

/** What `mops-cold bundle verify` does. */
export async function verify(
  output: Output,
  context: CliContext,
  [reference]: (string | undefined)[],
): Promise<ExitCode> {
  const ref = bundleRefOf(reference);
  const { settings } = readSettings(context.env);
  const store = await openStore(settings, context);
  const progress = createProgress(output.progress, 'Verifying');
  const { files, bytes, problems } = await verifyBundle(store, ref, {
    signal: context.signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
  for (const problem of problems) output.say(problem);
  output.say(
    problems.length === 0
      ? `${ref} is whole: ${counted(files, 'file')}, ${formatBytes(bytes)}, in ${store.name}.`
      : `${ref} is damaged in ${store.name}: ${problems.length} of ${counted(files, 'file')}. Push it again with --repair.`,
  );
  output.document({ ref, verified: problems.length === 0, files, bytes, problems });
  return problems.length === 0 ? exitCodes.done : exitCodes.couldNot;
}
