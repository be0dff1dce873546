import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold bundle show` */
export function addShow(bundle: Command, context: CliContext): void {
  addCommand(
    bundle,
    context,
    'show <reference|folder>',
    'what a bundle consists of and says of itself',
    (command) => command,
    async (output, _options, args) => (await import('./show.js')).show(output, context, args),
  );
}
