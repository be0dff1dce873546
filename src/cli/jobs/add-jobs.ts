import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { parseCount } from '../parse-count.js';

/** `mops-cold jobs` */
export function addJobs(program: Command, context: CliContext): void {
  addCommand<{ most: number; all?: true; names?: true }>(
    program,
    context,
    'jobs',
    'the jobs that were submitted last: how far they are, how many tasks failed, who submitted them and when',
    (command) =>
      command
        .option('--most <number>', 'how many are listed', parseCount, 20)
        .option('--all', 'all of them, those of other clients too')
        .option('--names', 'the names alone, of all of them, as shells complete them'),
    async (output, { names, ...options }) =>
      names
        ? (await import('./job-names.js')).jobNames(output, context)
        : (await import('./jobs.js')).jobs(output, context, options),
  );
}
