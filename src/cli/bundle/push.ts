import { verifyBundle } from '../../bundles/verify-bundle.js';
import { readSettings } from '../../config/read-settings.js';
import { namedBundle, type PushOptions, type StoredBundle } from '../../connections/named-bundle.js';
import { registryTargets } from '../../connections/registry-targets.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';
import { pushWithProgress } from './push-with-progress.js';

/** What `mops-cold bundle push` does. */
export async function push(
  output: Output,
  context: CliContext,
  options: PushOptions,
  [folder = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { settings } = readSettings(context.env);
  const named = await namedBundle(folder, settings, context, options);
  for (const remark of named.remarks) output.note(remark);
  const pushed = await pushWithProgress(named, output);
  if (pushed === undefined) {
    throw new UsageError(`Cannot push ${folder}: it is a reference to a bundle. Name the folder to push.`);
  }
  if (options.repair) await mustBeWhole(pushed, output, context.signal);
  if (pushed.blobs === 0) output.note('The store has all of it already.');
  output.say(pushed.ref);
  const read = await registryTargets(pushed.folder);
  if ('damage' in read) output.note(read.damage);
  const targets = 'damage' in read ? {} : Object.fromEntries(read.registered);
  output.document({ ref: pushed.ref, new_blobs: pushed.blobs, new_bytes: pushed.bytes, targets });
  return exitCodes.done;
}

/** A store may have kept its damaged copy: registries replace nothing that they have. */
async function mustBeWhole({ store, ref }: StoredBundle, output: Output, signal: AbortSignal): Promise<void> {
  const progress = createProgress(output.progress, 'Verifying');
  const { problems } = await verifyBundle(store, ref, {
    signal,
    onProgress: (state) => progress.update(state),
  }).finally(() => progress.end());
  if (problems.length === 0) return;
  throw new Error(
    `Cannot repair ${ref} in ${store.name}: it took what was sent, and kept what it had. Delete it there and let it collect its garbage, or push to another place.\n${problems.join('\n')}`,
  );
}
