import { resolve } from 'node:path';
import { pullBundle } from '../../bundles/pull-bundle.js';
import { readSettings } from '../../config/read-settings.js';
import { openStore } from '../../connections/open-bundles.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';
import { bundleRefOf } from './bundle-ref-of.js';

/** What `mops-cold bundle pull` does. */
export async function pull(
  output: Output,
  context: CliContext,
  [reference, folder = '']: (string | undefined)[],
): Promise<ExitCode> {
  const ref = bundleRefOf(reference);
  const { settings } = readSettings(context.env);
  const target = resolve(folder);
  const progress = createProgress(output.progress, 'Fetching');
  const { files, bytes } = await pullBundle(() => openStore(settings, context), ref, target, {
    signal: context.signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
  output.say(
    `Fetched ${ref} into ${target}: ${counted(files, 'file')}, ${formatBytes(bytes)}, each verified.`,
  );
  output.document({ ref, folder: target, files, bytes });
  return exitCodes.done;
}
