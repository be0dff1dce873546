import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold bundle pull` */
export function addPull(bundle: Command, context: CliContext): void {
  addCommand(
    bundle,
    context,
    'pull <reference> <folder>',
    'fetch a bundle into a folder that is new or empty, every file verified',
    (command) => command,
    async (output, _options, args) => (await import('./pull.js')).pull(output, context, args),
  );
}
