import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { taskSeconds } from '../../contracts/result/task-seconds.js';
import type { TaskSaid } from '../../jobs/reading/read-task.js';
import type { TaskHistory } from '../../jobs/reading/task-history.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import { formatDuration } from '../../reporting/format-duration.js';
import { parameterWords } from '../terminal/parameter-words.js';

/** All that is known of one task, for people. */
export function taskLines(
  jobId: string,
  { bundle_ref: bundle, entrypoint, params, seed }: TaskSaid,
  { taskId, outcomes, standing, interruptions }: TaskHistory,
): string[] {
  const others = outcomes.filter((outcome) => outcome !== standing);
  return [
    `Task ${taskId} of job ${jobId}: ${standing?.outcome ?? 'not ended yet'}`,
    `  ${parameterWords({ ...params, seed })}`,
    `  ${entrypoint} of ${bundle}`,
    ...(standing ? outcomeLines(standing) : []),
    ...others.map(
      ({ run, outcome, attempt, finished_at: at, reason }) =>
        `It also ended as ${outcome} in run ${run}, attempt ${attempt}, ${at}${reason === '' ? '' : `: ${reason}`}`,
    ),
    ...interruptions.map(
      ({ run, attempt }) =>
        `Attempt ${attempt} of run ${run} ended with its worker, and its message went back to the queue.`,
    ),
    ...(standing?.error_details?.traceback ? ['', standing.error_details.traceback.trimEnd()] : []),
    ...(standing?.logs_ref ? ['', `Its log: mops-cold logs ${jobId} ${taskId}`] : []),
  ];
}

function outcomeLines(outcome: OutcomeRecord): string[] {
  const { run, attempt, finished_at: at, reason, cached, metrics, result, partial } = outcome;
  const seconds = taskSeconds(metrics);
  const stages = Object.entries(seconds ?? {})
    .filter(([name]) => name !== 'started_ahead')
    .map(([name, value]) => `${name} ${formatDuration(value)}`);
  const memory = metrics.peak_memory_bytes;
  return [
    ...(reason === '' ? [] : [`  ${reason}`]),
    `  run ${run}, attempt ${attempt}, ended ${at}${cached ? '; its result was there already' : ''}`,
    ...(stages.length > 0 ? [`  time: ${stages.join(', ')}`] : []),
    ...(memory === undefined ? [] : [`  memory: ${formatBytes(memory)} at most`]),
    ...processLines(outcome),
    ...(result === undefined ? [] : [`  result: ${result}`]),
    ...(partial === undefined
      ? []
      : [
          `  it still wrote ${counted(Object.keys(partial).length, 'output')}: ${Object.keys(partial).join(', ')}`,
        ]),
  ];
}

function processLines({ attestation }: OutcomeRecord): string[] {
  if (attestation === undefined) return ['  no process told who it was'];
  const { executor, seen, ordinal, python, wire, machine } = attestation;
  const task = ordinal === 1 ? 'its first task' : `its task number ${ordinal}`;
  return [
    `  process ${seen.pid} (${executor}), started at tick ${seen.start_time} of boot ${seen.boot_id}: ${task}`,
    `  Python ${python}${wire ? `, ${wire.function}` : ''}${machine ? `, on ${machine.processor}` : ''}`,
  ];
}
