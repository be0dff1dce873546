import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold status` */
export function addStatus(program: Command, context: CliContext): void {
  addCommand<{ run?: string }>(
    program,
    context,
    'status <job>',
    'how many tasks of a job have ended, and how ("direct" means the tasks that were pushed without a job)',
    (command) => command.option('--run <run>', 'another run than the latest'),
    async (output, options, args) => (await import('./status.js')).status(output, context, options, args),
  );
}
