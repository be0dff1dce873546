import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import type { BuildOptions } from './build.js';

/** `mops-cold bundle build` */
export function addBuild(bundle: Command, context: CliContext): void {
  addCommand<BuildOptions>(
    bundle,
    context,
    'build <reference|folder>',
    'build the environment of a bundle ahead, bytecode included, here or in the app, and store it beside the bundle for machines of the same kind; a folder is stored first',
    (command) =>
      command
        .option('--repository <name>', 'in a registry: where a folder is stored, as for `bundle push`')
        .option('--in-app', 'let the app build it, with its own Python, for its own platform')
        .option('--repair', 'store it anew, to mend what is damaged in the store'),
    async (output, options, args) => (await import('./build.js')).build(output, context, options, args),
  );
}
