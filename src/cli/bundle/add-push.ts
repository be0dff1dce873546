import { type Command, InvalidArgumentError } from 'commander';
import { readSettings } from '../../config/read-settings.js';
import { namedBundle, type PushOptions } from '../../connections/named-bundle.js';
import { UsageError } from '../../reporting/usage-error.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';

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
      const pushed = await named.push(output);
      if (pushed === undefined) {
        throw new UsageError(
          `Cannot push ${folder}: it is a reference to a bundle. Name the folder to push.`,
        );
      }
      if (pushed.blobs === 0) output.note('The store has all of it already.');
      output.say(pushed.ref);
      output.document({ ref: pushed.ref, new_blobs: pushed.blobs, new_bytes: pushed.bytes });
      return exitCodes.done;
    },
  );
}

function tagName(text: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It must be up to 128 letters, digits, "_", "." and "-", and begin with none of the last two.',
  );
}
