import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { openStorage } from '../../src/connections/open-storage.js';
import type { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import { findJob } from '../../src/jobs/reading/find-job.js';
import { readOutcomes } from '../../src/jobs/reading/read-outcomes.js';
import type { Logger } from '../../src/local-host/logger.js';
import { runCli } from './run-cli.js';
import { sendByApp } from './send-by-app.js';
import { stagesOf } from './stages-of.js';
import { watchMemory } from './watch-memory.js';
import { type TrivialApp, withTrivialApp } from './with-trivial-app.js';

/** Of a job, and of a small one beside it; and what `submit` and the app's sending are tried with. */
export const usualSizes = { small: 500, large: 10_000, submitted: 100_000, sent: 20_000 };

type Row = Omit<BenchRow, 'table' | 'workload'>;

/**
 * Jobs of more tasks than `submit` sends itself, and as a person runs them: where the time goes from `submit` to the last outcome, what memory each part has, whether tasks run as fast as those of a small
 * job, how long `submit` takes, and how fast the app sends.
 */
export async function benchLargeJobs(
  { python }: { python: string },
  signal: AbortSignal,
  say: (line: string) => void,
  sizes = usualSizes,
): Promise<BenchRow[]> {
  const host = watchHost();
  const rows = await withTrivialApp(
    { python, logger: host.logger },
    signal,
    async (through, app, stillHosted) => {
      await through('first', 0, 4); // what a new app has to fetch and start first
      const found: BenchRow[] = [];
      for (const n of [sizes.small, sizes.large]) {
        host.memory.reset();
        const rows = await throughApp(app, n, host, stillHosted);
        found.push(...rows.map((row) => ({ table: 'large jobs', workload: jobOf(n), ...row })));
        say(`large jobs: ${n} tasks are through.`);
      }
      return [...found, ...(await submitted(app, sizes.submitted, signal))];
    },
  );
  return [...rows, await sendByApp(sizes.sent)];
}

export const submit = 'mops-cold submit, until the prompt';
export const submitTable = `${submit}: a table with five columns`;
export const submitStudy = `${submit}: a study of them`;
export const submitJob = `${submit}: a job file of them`;
export const submitSampled = `${submit}: samples of five parameters`;
const entrypoint = 'models.bench/baseline';
export const outcomes = 'from the first outcome to the last';
const jobOf = (n: number) => `a job of ${n}`;

/** How long `submit` takes, and what memory, for each way to say what the tasks are. */
async function submitted(app: TrivialApp, n: number, signal: AbortSignal): Promise<BenchRow[]> {
  // By the name of another queue, so that nobody runs them.
  const unread = { ...app.env, MODELOPS_QUEUE_NAME: 'bench-unread' };
  const folder = await mkdtemp(join(tmpdir(), 'bench-submitted-'));
  const table = join(folder, 'sets.csv');
  const study = join(folder, 'study.json');
  const job = join(folder, 'job.json');
  const ranges = columns.flatMap((name) => ['--range', `${name}=0.0:1.0`]);
  const rows: BenchRow[] = [];
  try {
    await writeFile(table, tableOf(n));
    await writeFile(study, studyOf(n));
    await writeFile(job, jobFileOf(n));
    const run = ['--entrypoint', entrypoint];
    for (const [how, tasks] of Object.entries({
      [submit]: [...run, ...setsOf(n)],
      [submitTable]: [...run, '--params', table],
      [submitStudy]: [study],
      [submitJob]: [job],
      [submitSampled]: [...run, '--lhs', String(n), ...ranges],
    })) {
      const args = submission(app, `bench-submitted-${rows.length}`, tasks);
      const { durationMs, peakMiB } = await runCli(unread, args, signal);
      const took = { n: 1, overhead_ms: quantiles([durationMs]), peak_mib: peakMiB };
      rows.push({ table: 'large jobs', workload: jobOf(n), method: how, ...took });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return rows;
}

/** Parameter sets as scripts draw them: five floats of 64 bits in a row. */
function rowsOf(n: number): number[][] {
  const row = (at: number) => Array.from({ length: 5 }, (_, column) => ((at * 5 + column) * Math.PI) % 1);
  return Array.from({ length: n }, (_, at) => row(at + 1));
}

const columns = ['a', 'b', 'c', 'd', 'e'];

function tableOf(n: number): string {
  return [columns, ...rowsOf(n)].map((row) => row.join(',')).join('\n');
}

function paramsOf(n: number): Record<string, number>[] {
  return rowsOf(n).map((row) => Object.fromEntries(row.map((value, at) => [columns[at] ?? '', value])));
}

function studyOf(n: number): string {
  const [model, scenario] = entrypoint.split('/');
  return JSON.stringify({ model, scenario, parameter_sets: paramsOf(n) });
}

function jobFileOf(n: number): string {
  const tasks = paramsOf(n).map((values, seed) => ({ entrypoint, params: { values }, seed }));
  return JSON.stringify({ tasks });
}

/** Everything from `submit` to the end of `watch`. */
async function throughApp(
  app: TrivialApp,
  n: number,
  host: ReturnType<typeof watchHost>,
  signal: AbortSignal,
): Promise<Row[]> {
  const jobId = `bench-${n}`;
  host.invocations.clear();
  const begun = Date.now();
  const submitted = await runCli(
    app.env,
    submission(app, jobId, ['--entrypoint', entrypoint, ...setsOf(n)]),
    signal,
  );
  const watched = await runCli(app.env, ['watch', jobId], signal);
  const ended = Date.now();
  const memory = await host.memory.peaks([app.azurite]);

  const storage = await openStorage(app.env);
  const records: OutcomeRecord[] = [];
  const { scope } = await findJob(storage, jobId, undefined, signal);
  await readOutcomes(storage.jobs, scope, signal, (record) => void records.push(record));
  const failed = records.find(({ outcome, cached }) => outcome !== 'succeeded' || cached);
  if (failed || records.length !== n)
    throw new Error(
      `Cannot bench a job of ${n}: ${records.length} have ended, ${failed?.reason ?? 'all well'}.`,
    );

  const finished = records.map(({ finished_at: at }) => Date.parse(at)).sort((a, b) => a - b);
  const [first = 0, last = 0] = [finished[0], finished.at(-1)];
  const [sending = [], running = []] = [
    host.invocations.get('expandJob'),
    host.invocations.get('runSimulation'),
  ];
  const python = Math.max(...records.map(({ metrics }) => metrics.peak_memory_bytes ?? 0)) / 2 ** 20;
  return [
    { method: 'from submit to the last outcome', n, overhead_ms: quantiles([last - begun]) },
    { method: submit, n: 1, overhead_ms: quantiles([submitted.durationMs]), peak_mib: submitted.peakMiB },
    { method: 'from submit to the first outcome', n: 1, overhead_ms: quantiles([first - begun]) },
    ...(sending.length > 0
      ? [
          {
            method: 'expandJob, all of its invocations',
            n: sending.length,
            overhead_ms: quantiles([sum(sending)]),
          },
        ]
      : []),
    {
      method: outcomes,
      n,
      tasks_per_s: Number(((n - 1) / ((last - first) / 1000)).toPrecision(4)),
      // The host sees an invocation with what its own record cannot say: the writing of it.
      stages_ms: {
        ...stagesOf(records.map(({ metrics }) => metrics)).stages,
        'seen by the host': quantiles(running),
      },
    },
    {
      method: `mops-cold watch, from the last outcome to the prompt; ${watched.cpuSeconds.toFixed(1)} s of CPU in all`,
      n: 1,
      overhead_ms: quantiles([Math.max(0, ended - last)]),
      peak_mib: watched.peakMiB,
    },
    ...Object.entries({ ...memory, 'Python of a task': python }).map(([part, peak]) => ({
      method: `memory: ${part}`,
      n: 1,
      peak_mib: Number(peak.toPrecision(4)),
    })),
  ];
}

function submission({ bundleRef }: TrivialApp, jobId: string, tasks: string[]): string[] {
  return ['submit', ...tasks, '--job-id', jobId, '--bundle', bundleRef, '--no-preflight', '--yes'];
}

/** The tasks of no other job: their results would answer. */
function setsOf(n: number): string[] {
  return ['--grid', 'busy_ms=0', '--grid', `of=${n}`, '--seeds', `1..${n}`];
}

/** How long the app's invocations take, by function, and which processes are its workers. */
function watchHost() {
  const invocations = new Map<string, number[]>();
  const memory = watchMemory();
  const logger: Logger = (_level, _text, event) => {
    if (event?.type === 'worker-started') memory.add('worker', event.pid);
    if (event?.type !== 'invocation-ended') return;
    const { functionName: name, durationMs } = event;
    invocations.set(name, [...(invocations.get(name) ?? []), durationMs]);
  };
  return { logger, memory, invocations };
}

function sum(values: number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
