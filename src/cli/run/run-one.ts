import { builtAhead } from '../../connections/built-ahead.js';
import { warmUpLine } from '../../contracts/bundle/warm-up-line.js';
import { taskId } from '../../contracts/task/task-id.js';
import { checkWritable } from '../../files/check-writable.js';
import { runOneTask } from '../../local-run/run-one-task.js';
import { formatDuration } from '../../reporting/format-duration.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { filledCacheLines } from '../terminal/filled-cache-lines.js';
import type { Output } from '../terminal/output.js';
import { openTask } from './open-task.js';
import type { TaskOptions } from './task-options.js';

/** Runs one task as the app would, without queue and storage, and shows what it made. */
export async function runOne(
  output: Output,
  context: CliContext,
  options: TaskOptions & { to: string },
): Promise<ExitCode> {
  await checkWritable(options.to);
  const { settings, task, bundle, fromStore } = await openTask(options, context);
  const how = {
    to: options.to,
    // A folder is run without any storage.
    ...(fromStore && { builtAhead: builtAhead(settings, context, output.note) }),
  };
  const ran = await runOneTask(settings, task, bundle, how, context.signal).finally(bundle.release);

  const { outcome, reason, folder, artifacts, partial = {}, attestation, timings } = ran;
  const process = attestation ? `process ${attestation.seen.pid}` : 'no process';
  output.say(
    `Task ${taskId(task)}: ${outcome} in ${process}, ${formatDuration(timings.simulate / 1000)} in the simulation.`,
  );
  if (reason) output.say(reason);
  if (ran.error?.traceback) output.note(ran.error.traceback.trimEnd());
  const files = [...Object.values(artifacts), ...Object.values(partial)].map(({ file }) => file);
  output.say(`In ${folder}: ${[...files, 'log.txt', 'outcome.json'].join(', ')}`);
  if (ran.filled_caches) {
    const { entrypoint, params } = task;
    const add = warmUpLine({ entrypoint, params: params.values });
    const warmed_up = attestation?.warm_up !== undefined;
    const lines = filledCacheLines('the task', { caches: ran.filled_caches, warmed_up, add });
    for (const line of lines) output.note(line);
  }
  output.document(ran);
  return outcome === 'succeeded' ? exitCodes.done : exitCodes.someTasksFailed;
}
