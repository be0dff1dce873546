import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold show` */
export function addShow(program: Command, context: CliContext): void {
  addCommand<{ run?: string }>(
    program,
    context,
    'show <job> <task...>',
    'all that is known of one task: parameters, attempts, where its time went, which process ran it, its outcome and traceback',
    (command) => command.option('--run <run>', 'one run; without it all of them'),
    async (output, options, args) => (await import('./show.js')).show(output, context, options, args),
  );
}
