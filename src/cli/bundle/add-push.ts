import { type Command, InvalidArgumentError } from 'commander';
import { verifyBundle } from '../../bundles/verify-bundle.js';
import { readSettings } from '../../config/read-settings.js';
import { namedBundle, type PushOptions, type StoredBundle } from '../../connections/named-bundle.js';
import { UsageError } from '../../reporting/usage-error.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';
import { pushWithProgress } from './push-with-progress.js';

/** `mops-cold bundle push` */
export function addPush(bundle: Command, context: CliContext): void {
  addCommand<PushOptions>(
    bundle,
    context,
    'push <folder>',
    'store a folder as a bundle, and say how tasks name it; what the store has already is not sent again',
    (command) =>
      command
        .option(
          '--repository <name>',
          'in a registry: where, below its address (default: as the folder is called)',
        )
        .option('--tag <name>', 'a name for people; tasks name bundles by digest', tagName)
        .option('--repair', 'send everything again, to mend what is damaged in the store'),
    async (output, options, [folder = '']) => {
      const { settings } = readSettings(context.env);
      const named = await namedBundle(folder, settings, context, options);
      for (const remark of named.remarks) output.note(remark);
      const pushed = await pushWithProgress(named, output);
      if (pushed === undefined) {
        throw new UsageError(
          `Cannot push ${folder}: it is a reference to a bundle. Name the folder to push.`,
        );
      }
      if (options.repair) await mustBeWhole(pushed, output, context.signal);
      if (pushed.blobs === 0) output.note('The store has all of it already.');
      output.say(pushed.ref);
      output.document({ ref: pushed.ref, new_blobs: pushed.blobs, new_bytes: pushed.bytes });
      return exitCodes.done;
    },
  );
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

function tagName(text: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It must be up to 128 letters, digits, "_", "." and "-", and begin with none of the last two.',
  );
}
