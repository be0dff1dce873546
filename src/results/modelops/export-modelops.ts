import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { parseBlobReference } from '../../azure-backend/blob-reference.js';
import { blake2b } from '../../contracts/identities/blake2b.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { writeWhole } from '../../files/write-whole.js';
import { inOrder } from '../../jobs/in-order.js';
import type { JobStorage } from '../../jobs/job-storage.js';
import type { FoundJob } from '../../jobs/reading/find-job.js';
import { readOutcome } from '../../jobs/reading/read-outcomes.js';
import { standingAggregations } from '../../jobs/reading/standing-aggregations.js';
import { readResult } from '../../provenance/read-result.js';
import { readLosses } from '../losses/read-losses.js';
import { outputsOf, type ReadOutput, readOutput } from '../tables/read-output.js';
import { readTaskRows } from '../tables/read-task-rows.js';
import type { TaskRow } from '../tables/task-row.js';
import { aggregationPath, bundlePart, simPath, targetName, viewsPath } from './modelops-paths.js';
import { createOutputViews } from './output-views.js';
import { writeTargetView } from './write-target-view.js';

const atOnce = 16;
/** What ModelOps takes in an output; a larger one makes it lose the whole result. */
const largestOutput = 524_288;

export interface ModelopsExport {
  /** What `MODELOPS_PROVENANCE_DIR` is to name. */
  folder: string;
  /** Results that ModelOps reads; failures are some, too. */
  results: number;
  aggregations: number;
  /** Tasks, by what became of them. */
  succeeded: number;
  failed: number;
  pending: number;
  notes: string[];
  problems: string[];
}

type Storage = Pick<JobStorage, 'jobs' | 'blobs' | 'results'>;
type Loaded = { row: TaskRow; outputs: Map<string, ReadOutput>; problem?: string };

/**
 * Writes a job's results as ModelOps' ProvenanceStore and its views read them. What its layout cannot hold is told and left out: an output of more than
 * 512 KiB, and a second result of one bundle, parameter set and seed.
 *
 * @param onRead told after each task
 */
export async function exportModelops(
  storage: Storage,
  job: FoundJob,
  folder: string,
  signal: AbortSignal,
  onRead: (done: number) => void = () => undefined,
): Promise<ModelopsExport> {
  const { jobId } = job.scope;
  const [notes, problems]: [string[], string[]] = [[], []];
  const taken = new Map<string, string>();
  const replicates = new Map<string, number>();
  const seeds = new Map<string, bigint[]>();
  const taskIds = new Map<string, string>();
  const view = join(folder, viewsPath(jobId));
  const views = createOutputViews(view);
  const scratch = join(folder, `.${randomUUID()}`);
  const counts = { succeeded: 0, failed: 0, pending: 0 };
  const bundles = new Set<string>();
  let [results, done] = [0, 0];
  try {
    const load = (row: TaskRow) => loadTask(storage, row, scratch, signal);
    for await (const { row, outputs, problem } of inOrder(
      readTaskRows(storage, job, signal),
      atOnce,
      signal,
      load,
    )) {
      onRead(++done);
      bundles.add(row.bundle_ref);
      const { outcome } = row;
      counts[outcome === 'succeeded' || outcome === 'pending' ? outcome : 'failed'] += 1;
      const set = setOf(row);
      const replicate = replicates.get(set) ?? 0;
      replicates.set(set, replicate + 1);
      const those = seeds.get(set) ?? [];
      those.push(row.seed);
      seeds.set(set, those);
      taskIds.set(row.result_key, row.task_id);
      if (problem !== undefined) problems.push(problem);
      else if (row.record !== null) {
        const path = simPath(row);
        const why = await whyUnreadable(row, outputs, path, taken);
        if (why === undefined) {
          taken.set(path, row.task_id);
          await writeResult(storage, row, outputs, join(folder, path), signal);
          for (const [name, output] of outputs) {
            const wrong = await views.append(name, output, row, replicate);
            signal.throwIfAborted();
            if (wrong !== undefined)
              problems.push(
                `Cannot put the output "${name}" of task ${row.task_id} into ModelOps' views: ${wrong}. Its file is exported as it is.`,
              );
          }
          results += 1;
        } else problems.push(why);
      }
      for (const output of outputs.values()) await output.dispose();
    }
    notes.push(...(await views.finish()));
  } catch (error) {
    await views.abandon();
    throw error;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
  for (const bundleRef of bundles)
    if (!/^[0-9a-f]{12}$/.test(bundlePart(bundleRef)))
      notes.push(
        `The bundle is ${bundleRef}: where a registry has a port, ModelOps' paths do not tell its versions apart. Keep those of one version in a folder.`,
      );
  const [first = ''] = bundles;
  if (bundles.size > 1)
    notes.push(
      `The job has ${bundles.size} bundles: manifest.json names the first of them, ${first}, and the views of outputs do not tell their rows apart, while data.parquet of a target has the bundle of each row.`,
    );
  const aggregations = await writeAggregations(storage, job, folder, taskIds, signal);
  const targets = await writeTargets(storage, job, view, seeds, problems, signal);
  const manifest = {
    job_id: jobId,
    bundle_ref: first,
    created_at: job.manifest?.created_at ?? new Date().toISOString(),
    targets,
    dataset_uri: view,
    schema_version: '1.0.0',
    target_spec: job.manifest?.said?.target_spec ?? null,
  };
  await writeWhole(join(view, 'manifest.json'), [`${stringifyJson(manifest, 2)}\n`], { signal });
  return { folder, results, aggregations, ...counts, notes, problems };
}

function setOf({
  bundle_ref,
  entrypoint,
  param_id,
}: Pick<TaskRow, 'bundle_ref' | 'entrypoint' | 'param_id'>): string {
  return `${bundle_ref} ${entrypoint} ${param_id}`;
}

async function loadTask(
  storage: Storage,
  row: TaskRow,
  scratch: string,
  signal: AbortSignal,
): Promise<Loaded> {
  const outputs = new Map<string, ReadOutput>();
  if (row.outcome !== 'succeeded') return { row, outputs };
  try {
    for (const name of row.outputs ?? Object.keys(await outputsOf(storage, row)).sort())
      outputs.set(name, await readOutput(storage, row, name, scratch, signal));
    return { row, outputs };
  } catch (error) {
    if (signal.aborted) throw error;
    const what = error instanceof Error ? error.message : String(error);
    return { row, outputs, problem: `Cannot export task ${row.task_id}: ${what}.` };
  }
}

async function whyUnreadable(
  { task_id }: TaskRow,
  outputs: Map<string, ReadOutput>,
  path: string,
  taken: Map<string, string>,
): Promise<string | undefined> {
  const cannot = `Cannot export task ${task_id} for ModelOps`;
  const other = taken.get(path);
  if (other !== undefined)
    return `${cannot}: its path is that of task ${other}, since ModelOps tells results apart by bundle, parameters and seed alone. That one stays; fetch both without --layout.`;
  for (const [name, output] of outputs) {
    const size = await sizeOf(output);
    if (size > largestOutput)
      return `${cannot}: its output "${name}" has ${size} bytes, and ModelOps reads no result with one of more than ${largestOutput}. Fetch it without --layout.`;
    if (/[/\0]/.test(name)) return `${cannot}: its output "${name}" has a name that is none of a file.`;
  }
  return undefined;
}

async function sizeOf({ content }: ReadOutput): Promise<number> {
  return typeof content === 'string' ? (await stat(content)).size : content.length;
}

/** `result.json` last: without it there is no result. */
async function writeResult(
  { jobs }: Storage,
  row: TaskRow,
  outputs: Map<string, ReadOutput>,
  folder: string,
  signal: AbortSignal,
): Promise<void> {
  const write = (name: string, content: string | Uint8Array) =>
    writeWhole(join(folder, name), [content], { signal });
  await mkdir(folder, { recursive: true });
  await rm(join(folder, 'result.json'), { force: true });
  const { bundle_ref, entrypoint, params, seed, param_id, finished_at, task_id, requested } = row;
  const facts = {
    ...{ bundle_ref, entrypoint, params, seed, outputs: requested, param_id },
    timestamp: finished_at,
  };
  await write('metadata.json', stringifyJson(facts, 2));
  const named: Record<string, { size: number; checksum: string }> = {};
  for (const [name, { content }] of outputs) {
    const bytes = typeof content === 'string' ? await readFile(content) : content;
    named[name] = { size: bytes.length, checksum: blake2b(bytes, 256) };
    await write(`artifact_${name}.${name === 'metadata' ? 'json' : 'arrow'}`, bytes);
  }
  if (row.outcome === 'succeeded' || row.record === null)
    return write('result.json', stringifyJson({ task_id, outputs: named }, 2));
  const { error, error_details: details } = await readOutcome(jobs, row.record);
  const told = Buffer.from(
    stringifyJson(
      details ?? { error: row.reason, type: row.error_type, bundle_ref, entrypoint, traceback: '' },
    ),
  );
  await write('error_details.arrow', told);
  const failure = {
    task_id,
    outputs: {},
    error: error ?? { error_type: row.error_type, message: row.reason, retryable: false },
    error_details: { size: told.length, checksum: blake2b(told, 256) },
  };
  await write('result.json', stringifyJson(failure, 2));
}

async function writeAggregations(
  { jobs, blobs }: Storage,
  job: FoundJob,
  folder: string,
  taskIds: ReadonlyMap<string, string>,
  signal: AbortSignal,
): Promise<number> {
  let written = 0;
  for (const [, { blobName }] of await standingAggregations(jobs, job, signal)) {
    const record = await readOutcome(jobs, blobName);
    if (record.result === undefined) continue;
    const { container, blobName: path } = parseBlobReference(record.result);
    const made = (await readResult(blobs.getContainerClient(container), path))?.stored.aggregation;
    if (made === undefined) continue;
    const target = record.aggregation?.target ?? record.entrypoint;
    const to = join(folder, aggregationPath(record.bundle_ref, target, made.aggregation_id));
    const facts = {
      bundle_ref: record.bundle_ref,
      target_entrypoint: target,
      n_sim_returns: made.inputs.length,
      param_id: record.param_id,
      timestamp: record.finished_at,
    };
    await writeWhole(join(to, 'metadata.json'), [stringifyJson(facts, 2)], { signal });
    const { aggregation_id, loss, diagnostics, n_replicates, inputs } = made;
    const result = {
      ...{ aggregation_id, loss, diagnostics, n_replicates, outputs: {} },
      inputs: inputs.map((input) => ({
        type: 'sim',
        task_id: taskIds.get(input.split('/')[0] ?? '') ?? input,
      })),
    };
    await writeWhole(join(to, 'result.json'), [stringifyJson(result, 2)], { signal });
    written += 1;
  }
  return written;
}

async function writeTargets(
  storage: Storage,
  job: FoundJob,
  view: string,
  seeds: ReadonlyMap<string, bigint[]>,
  problems: string[],
  signal: AbortSignal,
): Promise<Record<string, object>> {
  const losses = await readLosses(storage, job, signal);
  const targets: Record<string, object> = {};
  const timestamp = new Date().toISOString();
  const taken = new Map<string, string>();
  for (const target of new Set(losses.map((row) => row.target))) {
    const name = targetName(target);
    const other = taken.get(name);
    if (other !== undefined) {
      problems.push(
        `Cannot write the view of the target ${target}: ModelOps' views call it "${name}", as they do ${other}. That one's stays; \`mops-cold losses\` has both.`,
      );
      continue;
    }
    taken.set(name, target);
    const rows = losses.filter((row) => row.target === target);
    const made = rows.flatMap(({ loss }) => (loss === null ? [] : [loss]));
    await writeTargetView(
      join(view, 'targets', name, 'data.parquet'),
      rows.map(({ param_id, bundle_ref, entrypoint, loss, n_replicates, params }) => ({
        ...{ job_id: job.scope.jobId, param_id, bundle_ref, entrypoint: entrypoint ?? '' },
        ...{ loss, n_replicates, params, timestamp },
        seeds: seeds.get(setOf({ bundle_ref, entrypoint: entrypoint ?? '', param_id })) ?? [],
      })),
      signal,
    );
    targets[name] = {
      rows: rows.length,
      available: made.length,
      failed: rows.length - made.length,
      mean_loss: made.length === 0 ? null : made.reduce((sum, loss) => sum + loss, 0) / made.length,
    };
  }
  return targets;
}
