import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold losses` */
export function addLosses(program: Command, context: CliContext): void {
  addCommand<{ run?: string; csv?: boolean }>(
    program,
    context,
    'losses <job>',
    'what targets made of the parameter sets of a job: a row for each set and target; exits with 3 when one has no loss',
    (command) =>
      command
        .option('--run <run>', 'another run than the latest')
        .option('--csv', 'as CSV, with a column params.<name> for each parameter'),
    async (output, options, args) => (await import('./losses.js')).losses(output, context, options, args),
  );
}
