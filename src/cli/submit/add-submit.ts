import type { Command } from 'commander';
import { addCommand } from '../add-command.js';
import { addLimitOptions } from '../add-limit-options.js';
import type { CliContext } from '../cli-context.js';
import { addSubmissionOptions } from './submission-options.js';
import type { SubmitOptions } from './submit-options.js';

/** `mops-cold submit` */
export function addSubmit(program: Command, context: CliContext): void {
  addCommand<SubmitOptions>(
    program,
    context,
    'submit [file]',
    'queue the tasks of a job file, a study file, a file of parameter sets, or a grid',
    (command) =>
      addLimitOptions(addSubmissionOptions(command))
        .option(
          '--run <run>',
          "the run's name; one that exists is continued: tasks without an outcome are sent",
        )
        .option('--build', "let the app build the bundle's environment before the tasks are sent")
        .option('--preflight-in-app', 'let the app try the bundle out before the tasks are sent')
        .option('--dry-run', 'send and write nothing; show the tasks (with --json one object a line)')
        .option('--yes', 'do not ask whether a job of very many tasks, or of many hours, is meant')
        .option('--watch', 'stay until every task has ended'),
    async (output, options, args) => (await import('./submit.js')).submit(output, context, options, args),
  );
}
