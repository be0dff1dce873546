import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold errors` */
export function addErrors(program: Command, context: CliContext): void {
  addCommand<{ run?: string }>(
    program,
    context,
    'errors <job>',
    'why tasks of a job failed: by error and place, with the parameters that they have in common; exits with 3 when tasks failed',
    (command) => command.option('--run <run>', 'another run than the latest'),
    async (output, options, args) => (await import('./errors.js')).errors(output, context, options, args),
  );
}
