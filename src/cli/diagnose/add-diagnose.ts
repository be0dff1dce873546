import { type Command, InvalidArgumentError } from 'commander';
import { addCommand } from '../add-command.js';
import { addLimitOptions } from '../add-limit-options.js';
import type { CliContext } from '../cli-context.js';
import { parseTasksAtOnce } from '../parse-tasks-at-once.js';
import { parseSample } from '../reproduce/parse-sample.js';
import { addTaskSetOptions } from '../submit/task-set-options.js';
import type { DiagnoseOptions } from './diagnose-options.js';

/** `mops-cold diagnose` */
export function addDiagnose(program: Command, context: CliContext): void {
  addCommand<DiagnoseOptions>(
    program,
    context,
    'diagnose [file]',
    'find out, here or in the app, whether tasks leak state to those after them in one process, by which variable, and prove it: exits with 4 when they do, with 5 when a task differs from itself',
    (command) =>
      addLimitOptions(addTaskSetOptions(command))
        .option('--study <file>', 'a study file; the same as naming the file')
        .option('--job <file|job>', 'a job file, or a job in storage: its tasks')
        .option(
          '--sample <share>',
          'instead: run a share of the tasks of a finished job, as 1%, or so many, as 20, cold and compare with what the job has stored, where that was made in reused processes',
          parseSample,
        )
        .option(
          '--to <folder>',
          'where the page, the JSON and the shortest proof are written (default ./results)',
        )
        .option(
          '--in-app',
          'let the app do it, in its own image and environment, one process at a time and within its functionTimeout; a folder is stored first',
        )
        .option('--write', "say requires_fresh_process in the metadata of the bundle's folder, if it leaks")
        .option('--shuffle-seed <number>', 'shuffles the tasks otherwise (default 1)', parseSeed)
        .option(
          '--tasks-at-once <count>',
          'how many processes run at a time (default: as many as there are cores, 4 at most)',
          parseTasksAtOnce,
        ),
    async (output, options, [file]) => {
      if (options.sample !== undefined) {
        const { diagnoseSample } = await import('./diagnose-sample.js');
        return diagnoseSample(output, context, { ...options, sample: options.sample }, file ?? options.job);
      }
      return (await import('./diagnose.js')).diagnose(output, context, options, file);
    },
  );
}

function parseSeed(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('It must be a whole number from 0 to 999999999.');
}
