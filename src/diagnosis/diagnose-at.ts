import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { SimTask } from '../contracts/task/sim-task.js';
import type { RunTask, TaskPlace } from '../local-run/task-place.js';
import { counted } from '../reporting/counted.js';
import type { Reporter } from '../reporting/reporter.js';
import { UsageError } from '../reporting/usage-error.js';
import type { DiagnosedTask, Diagnosis, Leak } from './diagnosis.js';
import { findCulprits } from './find-culprits.js';
import { findShortest, type WrongPlace } from './find-shortest.js';
import { findTrigger } from './find-trigger.js';
import { findTruth, type Truth } from './find-truth.js';
import { createLaboratory, type Laboratory } from './laboratory.js';
import { orders } from './orders.js';
import { type RanOrder, runOrder } from './run-order.js';
import { verdictOf } from './verdict-of.js';

export interface DiagnoseAtOptions {
  /** How many processes run at a time. */
  atOnce: number;
  /** Of how many wrong tasks of each order the contents are compared. */
  look?: number;
  shuffleSeed?: number;
}

const mostLookedAt = 20;

/**
 * Diagnoses by what runs tasks of the bundle; see diagnose.ts.
 *
 * @throws UsageError when the tasks never run in one process
 * @throws the signal's reason when it is aborted, whenever that is
 */
export async function diagnoseAt(
  run: RunTask,
  place: TaskPlace,
  given: SimTask[],
  { atOnce, look = mostLookedAt, shuffleSeed = 1 }: DiagnoseAtOptions,
  reporter: Reporter,
  signal: AbortSignal,
): Promise<Diagnosis> {
  mustShareAProcess(given);
  const begun = performance.now();
  const folder = await mkdtemp(join(tmpdir(), 'mops-cold-diagnose-'));
  try {
    const { tasks, sequence } = distinct(given);
    reporter.note(`Running ${counted(tasks.length, 'task')} cold, each twice.`);
    const onDone = () => undefined;
    const truth = await findTruth(run, tasks, { folder, atOnce, onDone }, signal);
    mustReturnSomething(truth);
    const failing = truth.answers.filter((answer) => answer?.kind === 'raised').length;
    if (failing > 0)
      reporter.note(
        `${counted(failing, 'task')} of ${tasks.length} raise an error cold, the same one twice.`,
      );
    const laboratory = createLaboratory(place, tasks, truth.answers, signal);
    // What ends its process cold, too, would end every sequence.
    const leftOut = new Set(truth.leftOut.map(({ task }) => task));
    const kept = sequence.filter((index) => !leftOut.has(index));
    const chosen = kept.length > 0 ? orders(kept, shuffleSeed) : [];
    reporter.note(
      `Running them in one reused process: ${chosen.map(({ name }) => name).join(', ')}, compared byte for byte.`,
    );
    const ran: RanOrder[] = [];
    for (let from = 0; from < chosen.length; from += atOnce)
      ran.push(
        ...(await Promise.all(
          chosen.slice(from, from + atOnce).map((order) => runOrder(laboratory, order, look)),
        )),
      );
    const { leak, alone } = await findLeak(laboratory, ran, reporter);
    signal.throwIfAborted();
    const [first] = tasks;
    const notReproducible = [
      ...truth.notReproducible,
      ...alone.map(({ task, difference }) => ({ task, alone: true, ...difference })),
    ];
    return {
      bundle_ref: first?.bundle_ref ?? '',
      entrypoint: first?.entrypoint ?? '',
      tasks: tasks.map(diagnosedTask),
      verdict: verdictOf(
        ran.map(({ order }) => order),
        leak,
        notReproducible.length > 0,
      ),
      not_reproducible: notReproducible,
      left_out: truth.leftOut,
      orders: ran.map(({ order }) => order),
      shuffle_seed: shuffleSeed,
      differences: ran.flatMap(({ differences }) => differences),
      plots: (ran.find(({ plots }) => plots.length > 0) ?? { plots: [] }).plots,
      ...(leak && { leak }),
      seconds: (performance.now() - begun) / 1000,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Where every task fails there is nothing that could leak, and nothing that would show it. */
function mustReturnSomething({ answers, notReproducible, leftOut }: Truth): void {
  if (notReproducible.length > 0 || answers.some((answer) => answer?.kind === 'returned')) return;
  const raised = answers.find((answer) => answer?.kind === 'raised');
  const why =
    raised?.kind === 'raised'
      ? `${raised.error.type}: ${raised.error.message.split('\n')[0]}`
      : (leftOut[0]?.why ?? '');
  throw new Error(
    `Cannot diagnose: every task fails in a fresh process, the first with ${why.replace(/\.$/, '')}. Make one of them succeed: \`mops-cold run\` with one task shows its log.`,
  );
}

async function findLeak(
  laboratory: Laboratory,
  ran: RanOrder[],
  reporter: Reporter,
): Promise<{ leak?: Leak; alone: Awaited<ReturnType<typeof findShortest>>['alone'] }> {
  const places = ran
    .flatMap(({ order: { sequence, wrong_from: wrong } }): WrongPlace[] =>
      wrong ? [{ sequence, position: wrong.position }] : [],
    )
    .sort((a, b) => a.position - b.position);
  const [earliest] = places;
  if (earliest === undefined) return { alone: [] };
  reporter.note('Some come out otherwise there: looking for the fewest tasks that show it.');
  const { shortest, alone } = await findShortest(laboratory, places);
  if (shortest === undefined) return { alone };
  reporter.note(
    `One task is wrong after ${counted(shortest.before.length, 'other')}: looking for what they have changed, and for what makes it wrong.`,
  );
  const { before, victim, wrong, times, difference } = shortest;
  const trigger = await findTrigger(laboratory, shortest, earliest.position);
  const found = await findCulprits(laboratory, shortest, reporter);
  const sequence = [...before, victim].map(diagnosedTask);
  return { leak: { shortest: { sequence, wrong, times, difference }, trigger, ...found }, alone };
}

/** Each task once, and the sequence in which they were given: one that comes twice is run twice in a reused process. */
function distinct(given: SimTask[]): { tasks: SimTask[]; sequence: number[] } {
  const places = new Map<string, number>();
  const tasks: SimTask[] = [];
  const sequence = given.map((task) => {
    const id = `${task.params.param_id} ${task.seed}`;
    const known = places.get(id);
    if (known !== undefined) return known;
    places.set(id, tasks.length);
    return tasks.push(task) - 1;
  });
  return { tasks, sequence };
}

function diagnosedTask({ params: { param_id, values }, seed }: SimTask): DiagnosedTask {
  return { params: values, seed, param_id };
}

/** Tasks that differ in these are never given to one process, so that nothing can leak from one to the other. */
function mustShareAProcess(tasks: SimTask[]): void {
  const [first, ...others] = tasks;
  if (first === undefined) throw new UsageError('Cannot diagnose: there is no task.');
  for (const [what, of] of [
    ['bundles', ({ bundle_ref }: SimTask) => bundle_ref],
    ['entrypoints', ({ entrypoint }: SimTask) => entrypoint],
    ['environment variables', ({ env }: SimTask) => env ?? {}],
    ['configurations', ({ config }: SimTask) => config ?? {}],
  ] as const)
    if (others.some((task) => !isDeepStrictEqual(of(task), of(first))))
      throw new UsageError(
        `Cannot diagnose tasks of several ${what} at once: one process never runs them all. Give those of one.`,
      );
}
