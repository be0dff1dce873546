import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { collect } from '../collect.js';
import type { CheckOptions } from './check.js';

/** `mops-cold bundle check` */
export function addCheck(bundle: Command, context: CliContext): void {
  addCommand<CheckOptions>(
    bundle,
    context,
    'check <reference|folder>',
    'try a bundle out in a fresh process here, without running it: Python, packages, wire function, entrypoints, targets',
    (command) =>
      command
        .option(
          '--entrypoint <name>',
          'one that tasks will name, as in models.sir/baseline; may be repeated',
          collect,
        )
        .option(
          '--target <module:function>',
          'one that results will be compared with; may be repeated. Those of its registry.yaml are checked anyway',
          collect,
        )
        .option(
          '--forkserver',
          'try also whether its tasks could be forked, and name the lines that forbid it; without it, only where the bundle asks to be forked',
        ),
    async (output, options, args) => (await import('./check.js')).check(output, context, options, args),
  );
}
