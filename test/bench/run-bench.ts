import { writeFile } from 'node:fs/promises';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchDocument } from '../../src/benchmark/bench-document.js';
import { createBenchFolder } from '../../src/benchmark/bench-folder.js';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { isolationFailures } from '../../src/benchmark/isolation-failures.js';
import { mustTakeFile } from '../../src/benchmark/must-take-file.js';
import { type ExitCode, exitCodes } from '../../src/cli/exit-codes.js';
import { describeError } from '../../src/reporting/describe-error.js';
import { UsageError } from '../../src/reporting/usage-error.js';
import { benchArtifact } from './bench-artifact.js';
import { benchBundles } from './bench-bundles.js';
import { benchCommands } from './bench-commands.js';
import { benchCopies } from './bench-copies.js';
import { benchEnvironments } from './bench-environments.js';
import { benchLargeJobs } from './bench-large-jobs.js';
import { benchLateImport } from './bench-late-import.js';
import { benchLibraries } from './bench-libraries.js';
import { benchMethods } from './bench-methods.js';
import { benchOptimiser } from './bench-optimiser.js';
import { benchQueue } from './bench-queue.js';
import { benchReport } from './bench-report.js';
import { benchStatus } from './bench-status.js';
import { benchTables } from './bench-tables.js';
import { benchTrickle } from './bench-trickle.js';
import { benchWorkers } from './bench-workers.js';
import { drawChart } from './draw-chart.js';
import { showRows } from './show-rows.js';

const say = (line: string) => void process.stderr.write(`${line}\n`);

/** Everything, and what came of it: tables on stdout, a chart and a JSON file. */
export async function runBench(argv: string[], signal: AbortSignal): Promise<ExitCode> {
  try {
    const values = readOptions(argv);
    for (const file of [values.json, values.svg]) await mustTakeFile(file);
    const rows = await measure(values, signal);
    showRows(rows);
    await writeFile(values.json, `${JSON.stringify(benchDocument(rows), null, 2)}\n`);
    await writeFile(values.svg, drawChart(rows));
    console.log(`\nIn ${resolve(values.json)} and ${resolve(values.svg)}.`);
    const failures = isolationFailures(rows);
    for (const failure of failures) say(failure);
    return failures.length > 0 ? exitCodes.proofFailed : exitCodes.done;
  } catch (error) {
    say(signal.aborted ? 'Interrupted.' : describeError(error));
    if (signal.aborted) return exitCodes.interrupted;
    return error instanceof UsageError ? exitCodes.usage : exitCodes.couldNot;
  }
}

/** @throws UsageError */
function readOptions(args: string[]) {
  const options = {
    quick: { type: 'boolean', default: false },
    only: { type: 'string' },
    json: { type: 'string', default: 'bench.json' },
    svg: { type: 'string', default: 'bench.svg' },
    python: { type: 'string', default: process.env.MODELOPS_PYTHON || 'python3' },
    venvs: {
      type: 'string',
      default: join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'mops-cold-bench'),
    },
  } as const;
  try {
    return parseArgs({ args, options }).values;
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : cause;
    throw new UsageError(
      `Cannot bench: ${why}. It takes --quick, --only PARTS, --json FILE, --svg FILE, --python PYTHON and --venvs FOLDER.`,
      { cause },
    );
  }
}

async function measure(
  options: { quick: boolean; python: string; venvs: string; only?: string | undefined },
  signal: AbortSignal,
): Promise<BenchRow[]> {
  const folder = await createBenchFolder(tmpdir());
  try {
    const parts: { name: string; doing: string; bench: () => Promise<BenchRow[]>; isLong?: true }[] = [
      {
        name: 'methods',
        doing: 'Running tasks in every way',
        bench: () => benchMethods(options, folder, signal, say),
      },
      {
        name: 'queue',
        doing: 'Sending messages through queue and app',
        bench: () => benchQueue(options, signal, say),
      },
      {
        name: 'large-jobs',
        doing: 'Running jobs of more tasks than are sent at once',
        bench: () => benchLargeJobs(options, signal, say),
        isLong: true,
      },
      {
        name: 'status',
        doing: 'Looking at a very large job',
        bench: () => benchStatus(signal, say),
        isLong: true,
      },
      {
        name: 'tables',
        doing: 'Making a table of an output of 10,000 tasks',
        bench: () => benchTables(signal, say),
        isLong: true,
      },
      {
        name: 'report',
        doing: 'Opening the report of a job of 20,000 tasks',
        bench: () => benchReport(folder.path, say),
      },
      {
        name: 'optimiser',
        doing: 'Driving simulations by Optuna',
        bench: () => benchOptimiser(options, folder.path, signal, say),
      },
      {
        name: 'workers',
        doing: 'Replacing the worker after each message',
        bench: () => benchWorkers(options, signal),
      },
      {
        name: 'trickle',
        doing: 'Trickling messages in while workers are replaced',
        bench: () => benchTrickle(options, signal),
      },
      {
        name: 'artifact',
        doing: 'Uploading a large artifact',
        bench: () => benchArtifact(options.quick, folder.path, signal),
      },
      {
        name: 'bundles',
        doing: 'Pushing and fetching bundles',
        bench: () => benchBundles(options.quick, folder.path, signal),
      },
      {
        name: 'copies',
        doing: 'Copying large bundles',
        bench: () => benchCopies(options.quick, folder.path, signal),
      },
      {
        name: 'environments',
        doing: 'Building and fetching environments',
        bench: () => benchEnvironments(options, folder, signal, say),
      },
      {
        name: 'commands',
        doing: 'Starting the command line',
        bench: () => benchCommands(options.quick, signal),
      },
      {
        name: 'libraries',
        doing: 'Running tasks of libraries that compile',
        bench: () => benchLibraries(options, folder, signal, say),
      },
      {
        name: 'late-import',
        doing: 'Running a model that is imported late',
        bench: () => benchLateImport(options, folder, signal, say),
      },
    ];
    const only = options.only?.split(',');
    const unknown = only?.find((one) => !parts.some(({ name }) => name === one));
    if (unknown !== undefined)
      throw new UsageError(
        `Cannot bench "${unknown}": --only takes ${parts.map(({ name }) => name).join(', ')}, with commas between them.`,
      );
    // Minutes of tasks: not in --quick.
    const chosen = parts.filter(({ name, isLong }) => only?.includes(name) ?? !(options.quick && isLong));
    const rows: BenchRow[] = [];
    for (const [index, { doing, bench }] of chosen.entries()) {
      say(`${index + 1} of ${chosen.length}: ${doing}.`);
      rows.push(...(await bench()));
    }
    return rows;
  } finally {
    await folder.remove();
  }
}
