import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { nothing } from './bench-commands.js';
import { forUserOfItsOwn } from './bench-copies.js';
import {
  outcomes,
  submit,
  submitJob,
  submitSampled,
  submitStudy,
  submitTable,
  usualSizes,
} from './bench-large-jobs.js';
import { byOptuna, ownTime } from './bench-optimiser.js';
import { sentByApp } from './send-by-app.js';

/** A figure that the product is judged by. */
export interface Level {
  figure: string;
  level: string;
  measured: string;
  met: boolean;
}

/** Of the workload with a heavy import, ratios within one run; and of an invocation and a new worker. What was not measured is left out. */
export function levelsOf(rows: BenchRow[]): Level[] {
  const heavy = new Map(
    rows
      .filter(({ table, workload }) => table === 'methods' && workload.startsWith('heavy'))
      .map((row) => [row.method, row]),
  );
  const handover = (method: string) => heavy.get(method)?.handover_ms?.p50;
  const perSecond = (method: string) => heavy.get(method)?.tasks_per_s;
  const cpu = (method: string) => heavy.get(method)?.cpu_s_per_task;
  const queue = rows.filter(({ table }) => table === 'queue');
  const invocation = queue.find(({ stages_ms: stages }) => stages);
  const trickle = queue.find(({ late_messages: late }) => late !== undefined);
  const upload = queue.find(({ peak_mib: peak }) => peak !== undefined);
  const copies = [...new Set(rows.filter(({ table }) => table === 'copies').map(({ workload }) => workload))];
  const copied = (of: string, by: string) =>
    rows.find(({ table, workload, method }) => table === 'copies' && workload === of && method === by)
      ?.handover_ms?.p50;
  const late = (by: string) =>
    rows.find(({ table, method }) => table === 'late import' && method === by)?.handover_ms?.p50;
  const environment = new Map(
    rows.filter(({ table }) => table === 'environments').map((row) => [row.method, row]),
  );
  const until = (method: string) => environment.get(method)?.handover_ms?.p50;
  const [own, inBase] = ['second task', 'second task, packages in the base interpreter'];
  const worker = rows.find(({ table }) => table === 'workers');
  const commands = rows.filter(({ table }) => table === 'commands');
  const start = commands.find(({ method }) => method === nothing)?.overhead_ms?.p50;
  const libraries = rows.filter(({ table }) => table === 'libraries');
  const plain = new Map(
    libraries.filter(({ method }) => method === 'xargs -P2').map((row) => [row.workload, row.cpu_s_per_task]),
  );
  const job = (n: number, by: string) =>
    rows.find(
      ({ table, workload, method }) =>
        table === 'large jobs' && workload === `a job of ${n}` && method === by,
    );
  const { small, large, submitted, sent } = usualSizes;
  const [few, most] = rows.filter(({ table }) => table === 'status');
  const table = (method: string) =>
    rows.find((row) => row.table === 'tables' && row.method.startsWith(method));
  const optimised = (method: string) =>
    rows.find((row) => row.table === 'optimiser' && row.method === method)?.overhead_ms?.p50;
  const report = rows.find((row) => row.table === 'report');
  const ratio = (a: number | undefined, b: number | undefined) =>
    a === undefined || b === undefined ? undefined : a / b;
  const levels: (Level | undefined)[] = [
    atMost('standby: handover p50', 5, handover('standby'), ' ms'),
    atMost("standby: handover p50 / the seed's way", 1 / 20, ratio(handover('standby'), handover('seed'))),
    atMost(
      'standby: handover p50 − isolated_warm',
      3,
      minus(handover('standby'), handover('isolated_warm')),
      ' ms',
    ),
    atLeast('spawn: throughput / bare floor', 0.85, ratio(perSecond('spawn'), perSecond('floor'))),
    atLeast('forkserver: throughput / spawn', 15, ratio(perSecond('forkserver'), perSecond('spawn'))),
    atMost('standby: CPU a task / spawn', 1.05, ratio(cpu('standby'), cpu('spawn'))),
    atMost('invocation without simulation and storage, p50', 10, invocation?.overhead_ms?.p50, ' ms'),
    ...[submit, submitTable, submitStudy, submitJob, submitSampled].flatMap((how) => [
      atMost(`${submitted} tasks, ${how}`, 10_000, job(submitted, how)?.overhead_ms?.p50, ' ms'),
      atMost(`${submitted} tasks, ${how}, memory`, 300, job(submitted, how)?.peak_mib, ' MiB'),
    ]),
    atLeast('messages/s sent by the app', 500, job(sent, sentByApp)?.tasks_per_s),
    atLeast(
      `tasks/s, a job of ${large} / one of ${small}`,
      0.9,
      ratio(job(large, outcomes)?.tasks_per_s, job(small, outcomes)?.tasks_per_s),
    ),
    atMost(
      `requests of status, ${most?.workload} / ${few?.workload}`,
      3,
      ratio(most?.requests, few?.requests),
    ),
    atMost(
      `time of status, ${most?.workload} / ${few?.workload}`,
      3,
      ratio(most?.overhead_ms?.p50, few?.overhead_ms?.p50),
    ),
    atMost('exit → new worker ready for a task, p50', 400, worker?.overhead_ms?.p50, ' ms'),
    atMost('trickle, a new worker due after each: messages that wait 25 s', 0, trickle?.late_messages),
    ...copies.map((workload) =>
      atMost(
        `working copy / cp -r, ${workload}`,
        1.5,
        ratio(copied(workload, 'working copy'), copied(workload, 'cp -r')),
      ),
    ),
    ...copies.map((workload) =>
      atMost(`${forUserOfItsOwn}, ${workload}`, 50, copied(workload, forUserOfItsOwn), ' ms'),
    ),
    ...libraries
      .filter(({ method }) => method !== 'xargs -P2')
      .map(({ workload, method, cpu_s_per_task: own }) =>
        atMost(
          `${workload}, ${method} with a warm-up: CPU / xargs -P2`,
          1.2,
          ratio(own, plain.get(workload)),
        ),
      ),
    atMost(
      'a model that is imported when it is called, standby: whole task / the model itself',
      1.5,
      ratio(late('standby'), late('the model itself')),
    ),
    atMost('environment, built / bare uv sync', 1.3, ratio(until('built'), until('bare uv sync'))),
    atMost(
      'environment, first task − packages in the base interpreter',
      3000,
      minus(until('built, and a first task'), until('the same task, packages in the base interpreter')),
      ' ms',
    ),
    atMost(
      'environment, fetched from Azurite / zstd -d, tar -x',
      1.5,
      ratio(until('fetched from Azurite'), until('zstd -d, tar -x')),
    ),
    atMost('environment, second task: handover / base interpreter', 1.05, ratio(until(own), until(inBase))),
    atMost(
      'environment, second task: overhead / base interpreter',
      1.05,
      ratio(environment.get(own)?.overhead_ms?.p50, environment.get(inBase)?.overhead_ms?.p50),
    ),
    atMost(
      'environment, eight processes at once: builds',
      1,
      environment.get('eight processes at once')?.builds,
    ),
    ...commands
      .filter(({ method }) => method !== nothing)
      .map(({ method, overhead_ms }) =>
        atMost(`mops-cold, ${method}: p50 − ${nothing}`, 150, minus(overhead_ms?.p50, start), ' ms'),
      ),
    atMost('worker memory above idle during a large upload', 64, upload?.peak_mib, ' MiB'),
    atMost(
      'mops-cold results, 10,000 tasks: time / downloading the blobs alone',
      2,
      ratio(table('mops-cold results')?.overhead_ms?.p50, table('the blobs')?.overhead_ms?.p50),
    ),
    atMost('report of 20,000 tasks: opened to first picture, p50', 2000, report?.overhead_ms?.p50, ' ms'),
    atMost('report of 20,000 tasks: the file', 10, report?.page_mib, ' MiB'),
    atMost(
      'Optuna, eight at once / the simulations themselves',
      1.2,
      ratio(optimised(byOptuna), optimised(ownTime)),
    ),
    atMost('mops-cold results, 10,000 tasks: memory', 400, table('mops-cold results')?.peak_mib, ' MiB'),
  ];
  return levels.filter((level) => level !== undefined);
}

function minus(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined || b === undefined ? undefined : a - b;
}

function atMost(figure: string, limit: number, value: number | undefined, unit = ''): Level | undefined {
  if (value === undefined) return undefined;
  return { figure, level: `≤ ${limit}${unit}`, measured: `${shown(value)}${unit}`, met: value <= limit };
}

function atLeast(figure: string, limit: number, value: number | undefined): Level | undefined {
  if (value === undefined) return undefined;
  return { figure, level: `≥ ${limit}`, measured: shown(value), met: value >= limit };
}

function shown(value: number): string {
  return value.toFixed(Math.abs(value) < 1 ? 3 : 2);
}
