import { type Command, Option } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';

/** `mops-cold fetch` */
export function addFetch(program: Command, context: CliContext): void {
  addCommand<{ run?: string; to: string; task?: string; layout?: 'modelops' }>(
    program,
    context,
    'fetch [job]',
    'bring the results of a job here, verified: a folder for each task, and an index as CSV and JSON; exits with 3 when tasks failed',
    (command) =>
      command
        .option('--run <run>', 'one run; without it the best outcome of each task in all runs')
        .option('--to <folder>', 'where the folder of the job is made', './results')
        .addOption(
          new Option('--layout <layout>', 'modelops: as its ProvenanceStore and its views read it').choices([
            'modelops',
          ]),
        )
        .option('--task <task-id>', 'one task alone; without a job, one that was pushed without a job'),
    async (output, options, args) => (await import('./fetch.js')).fetch(output, context, options, args),
  );
}
