import { type Command, InvalidArgumentError } from 'commander';
import type { PushOptions } from '../../connections/named-bundle.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

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
    async (output, options, args) => (await import('./push.js')).push(output, context, options, args),
  );
}

function tagName(text: string): string {
  if (/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,127}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It must be up to 128 letters, digits, "_", "." and "-", and begin with none of the last two.',
  );
}
