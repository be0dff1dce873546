import type { JobManifest } from '../../contracts/job/job-manifest.js';
import type { Attestation } from '../../contracts/result/attestation.js';
import { shellWord } from '../../contracts/validation/shell-word.js';
import type { Failures } from '../../jobs/reading/read-failures.js';
import type { VerifiedJob } from '../../jobs/reading/verify-job.js';
import { counted } from '../../reporting/counted.js';
import type { LossRow } from '../losses/loss-row.js';
import type { TaskRow } from '../tables/task-row.js';
import { cutText } from './cut-text.js';
import { drawTimeLine } from './draw-time-line.js';
import type { ReadNumbers } from './read-numbers.js';
import type { Fact, ReportData, Spread } from './report-data.js';
import { spreadOf } from './spread-of.js';
import { studyOf } from './study-of.js';
import { sumProgress } from './sum-progress.js';

const [mostGroups, mostMessages, mostNamed] = [20, 10, 5];

/** What a report is made of. */
export interface ReportSources {
  jobId: string;
  run: string | null;
  manifest: JobManifest | undefined;
  rows: TaskRow[];
  numbers: ReadNumbers;
  losses: LossRow[];
  failures: Failures;
  verified: VerifiedJob;
  /** Of one of its tasks, for the environment in which they ran. */
  attestation: Attestation | undefined;
  madeAt: Date;
  tool: string;
}

/** Sums up a job for its report. */
export function reportOfJob(sources: ReportSources): ReportData {
  const { jobId, run, manifest, rows, numbers, losses, verified, madeAt, tool } = sources;
  const outputs = studyOf(
    rows.map(({ task_id, param_id: set, params }) => ({
      params,
      set,
      numbers: numbers.numbers.get(task_id) ?? {},
    })),
    'tasks',
  );
  const { others, unreadable } = numbers;
  if (others.length > 0)
    outputs.notes.push(
      `Not shown, since they are neither numbers nor flat records nor tables of one row: ${some(others)}. \`mops-cold results\` makes tables of them.`,
    );
  if (unreadable.tasks > 0)
    outputs.notes.push(
      `Of ${counted(unreadable.tasks, 'task')} an output could not be read. The first: ${cutText(unreadable.first, 500)}`,
    );
  return {
    job: {
      id: jobId,
      run,
      submittedAt: manifest?.created_at ?? null,
      submittedBy: manifest?.submitted_by === undefined ? null : cutText(manifest.submitted_by),
      source: manifest === undefined ? null : cutText(manifest.source),
    },
    madeAt: madeAt.toISOString(),
    tool,
    tasks: rows.length,
    outcomes: outcomesOf(rows),
    progress: sumProgress(rows),
    timeLine: drawTimeLine(rows),
    spreads: spreadsOf(rows),
    failures: failuresOf(sources),
    outputs,
    losses: studyOf(losses.flatMap(lossRow), 'losses'),
    isolation: {
      isProven: verified.leaks.length === 0 && verified.unfinished === 0 && verified.attested > 0,
      tasks: verified.tasks,
      attested: verified.attested,
      processes: verified.processes,
      cached: verified.cached,
      unfinished: verified.unfinished,
      aggregations: verified.aggregations,
      repeated: verified.repeated,
      failedWithoutProcess: verified.failed_without_process.length,
      violations: verified.leaks.length,
      messages: verified.leaks.slice(0, mostMessages).map(({ message }) => cutText(message, 500)),
    },
    reproduction: { facts: factsOf(sources), commands: commandsOf(sources) },
  };
}

function outcomesOf(rows: TaskRow[]): ReportData['outcomes'] {
  const counts = new Map<string, { outcome: string; tasks: number; cached: number }>();
  for (const { outcome, cached } of rows) {
    const count = counts.get(outcome) ?? { outcome, tasks: 0, cached: 0 };
    count.tasks += 1;
    count.cached += Number(cached === true);
    counts.set(outcome, count);
  }
  return [...counts.values()].sort((a, b) => b.tasks - a.tasks);
}

/** Only of tasks that ran for this job: what was found made cost nothing. */
function spreadsOf(rows: TaskRow[]): Spread[] {
  const values = (of: (row: TaskRow) => number | null | undefined) =>
    rows.flatMap((row) => {
      const value = row.cached ? null : of(row);
      return value === null || value === undefined ? [] : [{ value, succeeded: row.outcome === 'succeeded' }];
    });
  return [
    spreadOf(
      'Run time of the simulation',
      's',
      values(({ seconds }) => seconds?.simulate),
    ),
    spreadOf(
      'Overhead of its own process',
      's',
      values(({ process }) => process?.overhead_seconds),
    ),
    spreadOf(
      'Largest memory',
      'B',
      values(({ process }) => process?.peak_memory_bytes),
    ),
    spreadOf(
      'Time in the queue',
      's',
      values(({ seconds }) => seconds?.wait),
    ),
  ].filter((spread) => spread !== undefined);
}

function failuresOf({ failures: { failed, read, groups }, jobId }: ReportSources): ReportData['failures'] {
  return {
    failed,
    read,
    groups: groups.slice(0, mostGroups).map((group) => ({
      outcome: group.outcome,
      errorType: cutText(group.error_type),
      place: cutText(group.place),
      reason: cutText(group.reason, 500),
      otherReasons: group.reasons - 1,
      tasks: group.tasks,
      common: Object.entries(group.common).map(([name, value]) => ({
        name: cutText(name),
        value: cutText(String(value)),
      })),
      command: `mops-cold logs ${word(jobId)} ${group.task_id.slice(0, 8)}`,
    })),
    groupsLeftOut: Math.max(0, groups.length - mostGroups),
  };
}

function lossRow({ params, param_id: set, target, loss }: LossRow) {
  return loss === null ? [] : [{ params, set, numbers: { [target]: loss } }];
}

function factsOf({ rows, manifest, attestation }: ReportSources): Fact[] {
  const unique = (of: (row: TaskRow) => string | undefined) => {
    const values = [...new Set(rows.map(of))].filter((value) => value !== undefined);
    return values.length === 0 ? undefined : some(values);
  };
  const {
    environment,
    machine,
    wire,
    threads,
    hash_seed: hashSeed,
    build,
    warm_up: warmUp,
  } = attestation ?? {};
  const facts: Record<string, string | undefined> = {
    bundle: unique(({ bundle_ref }) => bundle_ref),
    entrypoint: unique(({ entrypoint }) => entrypoint),
    'made from': manifest?.source,
    sampling: manifest?.sampling === undefined ? undefined : JSON.stringify(manifest.sampling),
    executor: unique(({ process }) => process?.executor),
    'start method': unique(({ process }) => process?.start_method),
    python: unique(({ process }) => process?.python),
    'python build': environment?.build,
    'installed packages': environment?.distributions,
    libc: environment?.libc,
    'wire function': wire?.function,
    'build of the bundle': build,
    'warm-up of the bundle': warmUp,
    'hash seed': hashSeed === undefined ? undefined : String(hashSeed),
    threads: threads === undefined ? undefined : `at most ${threads.most}`,
    processor: machine?.processor,
    'instruction sets': machine === undefined ? undefined : machine.instruction_sets.join(' '),
  };
  return Object.entries(facts).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name, value: cutText(value, 600) }],
  );
}

function commandsOf({ jobId, rows }: ReportSources): ReportData['reproduction']['commands'] {
  const job = word(jobId);
  const bundle = rows[0]?.bundle_ref;
  return [
    {
      command: `mops-cold reproduce ${job} --sample 5%`,
      why: 'runs some of its tasks again, cold, and compares them byte by byte',
    },
    { command: `mops-cold verify ${job}`, why: 'checks again that no process ran two tasks' },
    { command: `mops-cold fetch ${job}`, why: 'brings its results, verified, with an index of all tasks' },
    ...(bundle === undefined
      ? []
      : [
          {
            command: `mops-cold bundle pull ${word(bundle)} ./model`,
            why: 'brings the code and data that it ran',
          },
        ]),
  ];
}

function some(names: string[]): string {
  const shown = names.slice(0, mostNamed).map((name) => cutText(name));
  return names.length > mostNamed
    ? `${shown.join(', ')} and ${names.length - mostNamed} more`
    : shown.join(', ');
}

/** Quoted only where a shell would take it for something else. */
function word(text: string): string {
  return /^[\w@:./-]+$/.test(text) ? text : shellWord(text);
}
