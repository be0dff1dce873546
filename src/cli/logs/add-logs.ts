import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import type { LogsOptions } from './logs-options.js';

/** `mops-cold logs` */
export function addLogs(program: Command, context: CliContext): void {
  addCommand<LogsOptions>(
    program,
    context,
    'logs <job> [task...]',
    'what a task printed, and its traceback; a task is named by the start of its id, or as in beta=0.3 seed=7',
    (command) =>
      command
        .option('--run <run>', 'one run; without it the outcome that stands of all runs')
        .option('--failed', 'of all tasks that failed, one after the other')
        .option('--one-of-each', 'with --failed: of one task for each way in which tasks failed')
        .option(
          '--follow',
          'shows what a task prints while it runs, until it has ended; with --failed shows each failure as it comes, until the job has',
        ),
    async (output, options, args) => (await import('./logs.js')).logs(output, context, options, args),
  );
}
