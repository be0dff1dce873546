import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold bundle list` */
export function addList(bundle: Command, context: CliContext): void {
  addCommand<{ repository?: string }>(
    bundle,
    context,
    'list',
    'the bundles that the store holds',
    (command) =>
      command.option('--repository <name>', 'in a registry: of which repository, below its address'),
    async (output, options) => (await import('./list.js')).list(output, context, options),
  );
}
