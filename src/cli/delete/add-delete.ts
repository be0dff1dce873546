import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold delete` */
export function addDelete(program: Command, context: CliContext): void {
  addCommand<{ yes?: true }>(
    program,
    context,
    'delete <job>',
    'delete a job: its tasks, runs, outcomes, logs and partial outputs; results stay, as other jobs may share them. Asks for the name',
    (command) => command.option('--yes', 'without asking'),
    async (output, options, args) => (await import('./delete.js')).deleteIt(output, context, options, args),
  );
}
