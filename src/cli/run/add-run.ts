import type { Command } from 'commander';
import { taskId } from '../../contracts/task/task-id.js';
import { runOneTask } from '../../local-run/run-one-task.js';
import { formatDuration } from '../../reporting/format-duration.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { openTask } from './open-task.js';
import { addTaskOptions, type TaskOptions } from './task-options.js';

interface RunOptions extends TaskOptions {
  to: string;
}

/** `mops-cold run` */
export function addRun(program: Command, context: CliContext): void {
  addCommand<RunOptions>(
    program,
    context,
    'run',
    'run one task here, in a fresh process as the app would, without queue and storage; exits with 3 when it fails',
    (command) =>
      addTaskOptions(command)
        .option('--outputs <names>', 'outputs to keep, separated by commas; all when left out')
        .option(
          '--to <folder>',
          "where the folder of the task is made, named for the task's id",
          './results/run',
        ),
    async (output, options) => {
      const { settings, task, bundle } = await openTask(options, context);
      const ran = await runOneTask(settings, task, bundle, options, context.signal).finally(bundle.release);

      const { outcome, reason, folder, artifacts, partial = {}, attestation, timings } = ran;
      const process = attestation ? `process ${attestation.seen.pid}` : 'no process';
      output.say(
        `Task ${taskId(task)}: ${outcome} in ${process}, ${formatDuration(timings.simulate / 1000)} in the simulation.`,
      );
      if (reason) output.say(reason);
      if (ran.error?.traceback) output.note(ran.error.traceback.trimEnd());
      const files = [...Object.values(artifacts), ...Object.values(partial)].map(({ file }) => file);
      output.say(`In ${folder}: ${[...files, 'log.txt', 'outcome.json'].join(', ')}`);
      output.document(ran);
      return outcome === 'succeeded' ? exitCodes.done : exitCodes.someTasksFailed;
    },
  );
}
