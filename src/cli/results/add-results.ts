import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { collectByCommas } from '../collect-by-commas.js';

/** `mops-cold results` */
export function addResults(program: Command, context: CliContext): void {
  addCommand<{ run?: string; to: string; csv?: boolean; output: string[] }>(
    program,
    context,
    'results <job>',
    'make tables over all tasks of a job, in Parquet: one of the tasks, and one of each output with parameters and seed in front; exits with 3 when tasks failed',
    (command) =>
      command
        .option('--run <run>', 'one run; without it the best outcome of each task in all runs')
        .option('--to <folder>', 'where the folder of the job is made', './results')
        .option('--output <names>', 'only of these outputs, separated by commas', collectByCommas, [])
        .option('--csv', 'tables of outputs as CSV too; that of tasks always is'),
    async (output, options, args) => (await import('./results.js')).results(output, context, options, args),
  );
}
