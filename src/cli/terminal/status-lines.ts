import type { JobStatus } from '../../jobs/reading/read-job-status.js';
import { counted } from '../../reporting/counted.js';
import { runningLines } from './running-lines.js';
import { secondsLine } from './seconds-line.js';

/** A run's status for people. */
export function statusLines(status: JobStatus): string[] {
  const { job_id: jobId, run, state, tasks, ended, pending, cached, outcomes } = status;
  const counts = Object.entries(outcomes)
    .sort(([, a], [, b]) => b - a)
    .map(
      ([outcome, count]) =>
        `  ${String(count).padStart(7)}  ${outcome}${outcome === 'succeeded' && cached > 0 ? ` (${cached} from an earlier run)` : ''}${commonest(status, outcome)}`,
    );
  return [
    `Job ${jobId}${run === null ? ', all runs' : `, run ${run}`}: ${state}, ${ended}${tasks === null ? '' : ` of ${tasks}`} tasks ended${asOf(status)}.`,
    ...counts,
    ...(pending ? [`  ${String(pending).padStart(7)}  pending${buildingOf(status)}${othersOf(status)}`] : []),
    ...expansionLines(status),
    ...(pending === 0 ? [] : runningLines(status)),
    ...aggregationLines(status),
    ...(status.seconds.tasks > 0 ? [secondsLine(status.seconds)] : []),
    ...(status.repeated > 0
      ? [
          `${counted(status.repeated, 'more outcome is', 'more outcomes are')} of tasks that ended several times; each task counts once, as it ended best.`,
        ]
      : []),
    ...(status.interruptions > 0
      ? [`${counted(status.interruptions, 'attempt')} ended with the worker, and went back to the queue.`]
      : []),
    ...status.no_progress.map((reason) => `No progress: ${reason}.`),
    ...(troubleOf(status) ? [`Note: ${troubleOf(status)}.`] : []),
  ];
}

/** How far the comparison with targets is. */
function aggregationLines({ aggregations, job_id: jobId }: JobStatus): string[] {
  if (aggregations === null) return [];
  const { expected, ended, failed, pending, outcomes } = aggregations;
  const kinds = Object.entries(outcomes)
    .filter(([kind]) => kind !== 'succeeded')
    .map(([kind, count]) => `${count} ${kind}`);
  const of = expected === null ? '' : ` of ${expected}`;
  return [
    `Targets: ${ended}${of} aggregations ended${failed > 0 ? `, ${failed} without a loss (${kinds.join(', ')})` : ''}.${pending === 0 ? ` mops-cold losses ${jobId} shows them.` : ''}`,
  ];
}

/** Of a large run that is under way instances tell every few seconds. */
function asOf({ as_of: at }: JobStatus): string {
  return at === null ? '' : ` by ${at.slice(11, 19)} UTC`;
}

/** The commonest reason of failures of one kind. */
function commonest({ reasons }: JobStatus, kind: string): string {
  const of = reasons.filter(({ outcome, reason }) => outcome === kind && reason !== '');
  const [first] = of;
  if (first === undefined) return '';
  const text = first.reason.length > 90 ? `${first.reason.slice(0, 89)}…` : first.reason;
  return of.length > 1 ? `: mostly (${first.tasks}) ${text}` : `: ${text}`;
}

function othersOf({ other_messages: others }: JobStatus): string {
  return others ? `; about ${counted(others, 'message')} of other jobs in the queue` : '';
}

function expansionLines({ expansion }: JobStatus): string[] {
  if (expansion === null) return [];
  const { sent, of } = expansion;
  return sent === 0
    ? [
        `Of its ${counted(of, 'message')} none is sent yet: the app has not begun. That takes some seconds; where it lasts, the app is stopped, or older than this tool.`,
      ]
    : [`${sent} of its ${counted(of, 'message')} are sent; the app sends the others as its queue has room.`];
}

function buildingOf({ building }: JobStatus): string {
  return building > 0
    ? ` (building the environment that ${counted(building, 'task waits', 'tasks wait')} for)`
    : '';
}

/** What may keep a run from ending; empty when nothing is known. */
export function troubleOf({
  refused,
  poison_queue: poisonQueue,
}: Pick<JobStatus, 'refused' | 'poison_queue'>): string {
  return [
    refused.invalid > 0
      ? `${counted(refused.invalid, 'message of whatever job was', 'messages of whatever job were')} refused as invalid since the run began`
      : '',
    refused.poison > 0
      ? `${counted(refused.poison, 'message of whatever job was', 'messages of whatever job were')} given up since the run began`
      : '',
    poisonQueue !== null && poisonQueue > 0
      ? `${counted(poisonQueue, 'message in the poison queue is', 'messages in the poison queue are')} not recorded yet`
      : '',
  ]
    .filter((part) => part !== '')
    .join('; ');
}
