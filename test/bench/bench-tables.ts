import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { makeVector, Table, tableToIPC } from 'apache-arrow';
import { execa } from 'execa';
import { createOnce } from '../../src/azure-backend/create-once.js';
import { putBlob } from '../../src/azure-backend/put-blob.js';
import { readBlob } from '../../src/azure-backend/read-blob.js';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { type OpenStorage, openStorage } from '../../src/connections/open-storage.js';
import { blake2b } from '../../src/contracts/identities/blake2b.js';
import { parseDocument } from '../../src/contracts/json/parse-document.js';
import { stringifyJson } from '../../src/contracts/json/stringify-json.js';
import { OutcomeRecord } from '../../src/contracts/result/outcome-record.js';
import { forEachConcurrently } from '../../src/jobs/for-each-concurrently.js';
import { tasksPath } from '../../src/jobs/job-paths.js';
import { createJobRecords } from '../../src/jobs/recording/create-job-records.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { packageRoot } from '../../src/package/package-root.js';
import { artifactPath } from '../../src/provenance/result-paths.js';
import { openRun } from '../integration/jobs/made-records.js';

/** Has a program say at its end how much memory it has had. */
const tellsPeak = `data:text/javascript,process.on('exit',()=>process.stderr.write(\`peak of \${Math.round(process.resourceUsage().maxRSS/1024)} MiB\`))`;
const jobId = 'bench-tables';
const run = { jobId, run: 'r' };
/** As many as the tables read at the same time. */
const atOnce = 32;
/** How often each is measured, in turn. */
const times = 3;
/** Of an integer and three doubles: 10 KiB of Arrow. */
const rowsOfTask = 340;

/** One Parquet table of an output of many tasks, and downloading the same blobs alone. The records are made here, as the app makes them. */
export async function benchTables(
  signal: AbortSignal,
  say: (line: string) => void,
  tasks = 10_000,
): Promise<BenchRow[]> {
  const azurite = await startAzurite();
  const folder = await mkdtemp(join(tmpdir(), 'bench-tables-'));
  try {
    const env = { AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString, PATH: process.env.PATH };
    const storage = await openStorage(env);
    await Promise.all([storage.jobs.create(), storage.results.create(), storage.queue.create()]);
    await endedJob(storage, tasks, signal);
    say(`tables: ${tasks} tasks have ended.`);
    const [downloads, results]: [number[], Made[]] = [[], []];
    for (let time = 0; time < times; time++) {
      downloads.push(await downloaded(storage, tasks, signal));
      results.push(await makeTables(env, folder));
    }
    const peak_mib = Math.max(...results.map(({ peakMib }) => peakMib));
    return [
      row(tasks, `the blobs of the output alone, ${atOnce} at once`, downloads),
      {
        ...row(
          tasks,
          'mops-cold results',
          results.map(({ ms }) => ms),
        ),
        peak_mib,
      },
    ];
  } finally {
    await azurite.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

const idOf = (number: number) => number.toString(16).padStart(32, '0');

async function endedJob(storage: OpenStorage, tasks: number, signal: AbortSignal): Promise<void> {
  await openRun(storage, run, tasks);
  const lines = Array.from({ length: tasks }, (_, number) => {
    const params = { params: { x: number } };
    const message = {
      bundle_ref: `sha256:${'b'.repeat(64)}`,
      entrypoint: 'models.sir/baseline',
      params,
      seed: 1,
    };
    return `${JSON.stringify({ task_id: idOf(number), result_key: idOf(number), message })}\n`;
  });
  await createOnce(storage.jobs, tasksPath(jobId), gzipSync(lines.join('')), 'application/gzip');
  const records = createJobRecords(storage.jobs);
  await forEachConcurrently(Array(tasks).keys(), atOnce, signal, async (number) => {
    const bytes = Buffer.from(output(number));
    await putBlob(storage.results, artifactPath(idOf(number), 'attempt', 'incidence'), bytes, {
      contentType: 'application/vnd.apache.arrow.stream',
      metadata: { blake2b256: blake2b(bytes, 256) },
    });
    await records.recordOutcome(recordOf(number));
  });
}

function output(number: number): Uint8Array {
  const column = (of: (row: number) => number) =>
    makeVector(Float64Array.from({ length: rowsOfTask }, (_, row) => of(row)));
  return tableToIPC(
    new Table({
      day: makeVector(Int32Array.from({ length: rowsOfTask }, (_, row) => row)),
      infected: column((row) => Math.sin(row + number) * 1000),
      recovered: column((row) => Math.cos(row * number) * 1000),
      dead: column((row) => Math.floor(row / 7)),
    }),
    'stream',
  );
}

function recordOf(number: number): OutcomeRecord {
  const seen = { pid: 1000 + number, start_time: `${number}`, boot_id: idOf(1), pid_namespace: '4026531836' };
  const [executor, nonce] = ['cold', idOf(number)];
  const attestation = {
    executor,
    start_method: 'spawn',
    told: seen,
    seen,
    nonce,
    ordinal: 1,
    python: '3.11.7',
  };
  return parseDocument(
    OutcomeRecord,
    stringifyJson({
      ...{ job_id: jobId, run: 'r', task_id: idOf(number), result_key: idOf(number) },
      ...{ bundle_ref: `sha256:${'b'.repeat(64)}`, entrypoint: 'models.sir/baseline' },
      ...{ param_id: idOf(number), params: { x: number }, seed: 1, attempt: 'attempt' },
      ...{ outcome: 'succeeded', reason: '', cached: false, outputs: ['incidence'], attestation },
      metrics: { execution_duration: 0.5, overhead_seconds: 0.1, peak_memory_bytes: 1e8 },
      finished_at: new Date().toISOString(),
    }),
  );
}

async function downloaded(storage: OpenStorage, tasks: number, signal: AbortSignal): Promise<number> {
  const begun = performance.now();
  await forEachConcurrently(Array(tasks).keys(), atOnce, signal, async (number) => {
    const content = await readBlob(storage.results, artifactPath(idOf(number), 'attempt', 'incidence'));
    if (content === undefined) throw new Error('An output is missing.');
  });
  return performance.now() - begun;
}

interface Made {
  ms: number;
  peakMib: number;
}

/** As a person waits for it, from the start of the program. */
async function makeTables(env: NodeJS.ProcessEnv, folder: string): Promise<Made> {
  const main = join(packageRoot, 'dist', 'cli', 'main.js');
  const args = ['--import', tellsPeak, main, 'results', jobId, '--to', folder];
  const { durationMs, stderr } = await execa(process.execPath, args, { env, extendEnv: false });
  return { ms: durationMs, peakMib: Number(/peak of (\d+) MiB/.exec(stderr)?.[1] ?? Number.NaN) };
}

/** Of each the least time: whatever else the machine does only adds to it. */
function row(tasks: number, method: string, ms: number[]): BenchRow {
  return {
    table: 'tables',
    workload: `${tasks} tasks with 10 KiB of Arrow`,
    method,
    n: ms.length,
    overhead_ms: quantiles([Math.min(...ms)]),
  };
}
