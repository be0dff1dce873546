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
import { benchQueue } from './bench-queue.js';
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
      `Cannot bench: ${why}. It takes --quick, --json FILE, --svg FILE, --python PYTHON and --venvs FOLDER.`,
      { cause },
    );
  }
}

async function measure(
  options: { quick: boolean; python: string; venvs: string },
  signal: AbortSignal,
): Promise<BenchRow[]> {
  const folder = await createBenchFolder(tmpdir());
  try {
    const parts: [doing: string, bench: () => Promise<BenchRow[]>][] = [
      ['Running tasks in every way', () => benchMethods(options, folder, signal, say)],
      ['Sending messages through queue and app', () => benchQueue(options, signal, say)],
      // Minutes of tasks: not in --quick.
      [
        'Running jobs of more tasks than are sent at once',
        async () => (options.quick ? [] : benchLargeJobs(options, signal, say)),
      ],
      ['Replacing the worker after each message', () => benchWorkers(options, signal)],
      ['Trickling messages in while workers are replaced', () => benchTrickle(options, signal)],
      ['Uploading a large artifact', () => benchArtifact(options.quick, folder.path, signal)],
      ['Pushing and fetching bundles', () => benchBundles(options.quick, folder.path, signal)],
      ['Copying large bundles', () => benchCopies(options.quick, folder.path, signal)],
      ['Building and fetching environments', () => benchEnvironments(options, folder, signal, say)],
      ['Starting the command line', () => benchCommands(options.quick, signal)],
      ['Running tasks of libraries that compile', () => benchLibraries(options, folder, signal, say)],
      ['Running a model that is imported late', () => benchLateImport(options, folder, signal, say)],
    ];
    const rows: BenchRow[] = [];
    for (const [index, [doing, bench]] of parts.entries()) {
      say(`${index + 1} of ${parts.length}: ${doing}.`);
      rows.push(...(await bench()));
    }
    return rows;
  } finally {
    await folder.remove();
  }
}
