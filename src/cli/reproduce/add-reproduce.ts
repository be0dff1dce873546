import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { addDetailsOption } from '../details-option.js';
import { parseSeconds } from '../parse-seconds.js';
import { parseTasksAtOnce } from '../parse-tasks-at-once.js';
import { parseSample } from './parse-sample.js';
import type { ReproduceOptions } from './reproduce-options.js';

/** `mops-cold reproduce` */
export function addReproduce(program: Command, context: CliContext): void {
  addCommand<ReproduceOptions>(
    program,
    context,
    'reproduce <job>',
    'run tasks of a finished job again, each cold and whatever is stored, and compare: exits with 5 when any differs. The app runs them, as the job <job>-again-<n>, or this machine with --here',
    (command) =>
      addDetailsOption(command)
        .option('--here', "on this machine, with the job's bundle from the store; no app is needed")
        .option(
          '--sample <share>',
          'a share of its tasks, as 5%, or how many, as 20; the same ones each time',
          parseSample,
        )
        .option('--tasks <ids>', 'these tasks, by their ids or how those begin, separated by commas')
        .option(
          '--run <run>',
          "compare with one run's results; without it with the best of each task in all runs",
        )
        .option(
          '--tasks-at-once <count>',
          'with --here: how many tasks run at a time (default: as many as there are cores, 4 at most)',
          parseTasksAtOnce,
        )
        .option(
          '--timeout <time>',
          'give up watching after this time (exit code 1); with --here the longest time that a task may run',
          parseSeconds,
        ),
    async (output, options, args) =>
      (await import('./reproduce.js')).reproduce(output, context, options, args),
  );
}
