import type { Command } from 'commander';
import { UsageError } from '../../reporting/usage-error.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { optionName } from '../option-name.js';
import { parseTasksAtOnce } from '../parse-tasks-at-once.js';
import { storageFolder } from '../storage-folder.js';
import { addSubmissionOptions } from '../submit/submission-options.js';
import type { RunOptions } from './run-options.js';
import { addTaskOptions } from './task-options.js';

const ofOneTask = ['param', 'paramsJson', 'seed'] as const;
const ofMany = ['params', 'grid', 'lhs', 'sobol', 'range', 'samplingSeed', 'seeds', 'replicates'] as const;
const ofManyAlone = [
  'jobId',
  'coldMode',
  'repository',
  'try',
  'storage',
  'tasksAtOnce',
  'stopAfterFailures',
  'stopSetAfterFailures',
] as const;

/** `mops-cold run` */
export function addRun(program: Command, context: CliContext): void {
  addCommand<RunOptions>(
    program,
    context,
    'run [file]',
    'run on this machine: one task (--param), or all of a job file, a study file, a file of parameter sets or a grid; exits with 3 when one fails. What was interrupted goes on with the same command',
    (command) =>
      addTaskOptions(addSubmissionOptions(command))
        .option(
          '--to <folder>',
          'where the folder of the job, or of one task, is made (default ./results, or ./results/run)',
        )
        .option('--storage <folder>', `where the jobs of this machine are kept (default ${storageFolder})`)
        .option(
          '--tasks-at-once <count>',
          'how many tasks run at a time (default: as many as there are cores, 4 at most)',
          parseTasksAtOnce,
        ),
    async (output, options, [file]) => {
      const { bundle, entrypoint } = options;
      const many = file !== undefined || ofMany.some((name) => options[name] !== undefined);
      refuse(options, many ? ofOneTask : ofManyAlone, many);
      // Each way loads what it needs, and nothing else.
      if (many) {
        const { runMany } = await import('./run-many.js');
        return runMany(output, context, { ...options, verb: 'run' }, file);
      }
      if (bundle === undefined || entrypoint === undefined) {
        throw new UsageError(
          'Cannot run: give --bundle and --entrypoint for one task, with --grid for many, or a job or study file.',
        );
      }
      const { runOne } = await import('./run-one.js');
      return runOne(output, context, { to: './results/run', ...options, bundle, entrypoint });
    },
  );
}

function refuse(options: RunOptions, names: readonly (keyof RunOptions)[], many: boolean): void {
  const given = names.filter((name) => options[name] !== undefined).map(optionName);
  if (!many && !options.preflight) given.push('--no-preflight');
  if (!many && !options.cache) given.push('--no-cache');
  if (given.length === 0) return;
  const [these, those] = ['one task', 'a job file, a study file or a grid'];
  throw new UsageError(
    `Cannot use ${given.join(', ')} with ${many ? those : these}: that is for ${many ? these : those}. Leave one of them out.`,
  );
}
