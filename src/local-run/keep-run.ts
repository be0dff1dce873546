import { copyFile, mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stringifyJson } from '../contracts/json/stringify-json.js';
import { encodeArtifactName } from '../contracts/result/artifact-name.js';
import type { Attestation } from '../contracts/result/attestation.js';
import type { FilledCache } from '../contracts/result/filled-cache.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import { taskId } from '../contracts/task/task-id.js';
import { writeWhole } from '../files/write-whole.js';
import { artifactFiles } from '../results/fetch/artifact-files.js';
import { makeResultsFolder } from '../results/fetch/make-results-folder.js';
import { partialFolder } from '../results/fetch/partial-folder.js';
import type { ArtifactFile, RunReport } from '../simulation/ports.js';

interface KeptFile {
  /** Relative to the task's folder. */
  file: string;
  size: number;
  content_type: string;
  checksum: string;
}

/** How a task ended that was run here: `outcome.json`. */
export interface RanTask {
  task_id: string;
  outcome: RunReport['outcome'];
  /** One sentence; empty on success. */
  reason: string;
  task: SimTask;
  folder: string;
  artifacts: Record<string, KeptFile>;
  /** What it still wrote when it failed, in `partial/`. */
  partial?: Record<string, KeptFile>;
  /** Caches that the next task of its kind fills again; absent when there are none. */
  filled_caches?: FilledCache[];
  error?: { error_type: string; message: string; traceback: string };
  attestation?: Attestation;
  exit: { code: number | null; signal: string | null; after_result: boolean };
  /** Milliseconds. */
  timings: RunReport['timings'];
  stderr_tail: string;
  peak_memory_bytes: number;
  cpu_seconds: number;
}

/** Keeps what a run made in a folder of its own: artifacts, or what it still wrote in `partial/`, `log.txt`, and last `outcome.json`. */
export async function keepRun(task: SimTask, report: RunReport, folder: string): Promise<RanTask> {
  // What an earlier run of the same task left there must not pass for this one's.
  await rm(folder, { recursive: true, force: true });
  await makeResultsFolder(folder);
  const artifacts = await keepFiles(report.artifacts, folder, '');
  const partial = await keepFiles(report.partial, folder, partialFolder);
  await copyFile(report.log.path, join(folder, 'log.txt'));
  const { outcome, reason, error, attestation, exit } = report;
  const ran: RanTask = {
    task_id: taskId(task),
    outcome,
    reason,
    task,
    folder,
    artifacts,
    ...(report.partial.length > 0 && { partial }),
    ...(report.filledCaches.length > 0 && { filled_caches: report.filledCaches }),
    ...(error && {
      error: { error_type: error.errorType, message: error.message, traceback: error.traceback },
    }),
    ...(attestation && { attestation }),
    exit: { code: exit.code, signal: exit.signal, after_result: exit.afterResult },
    timings: report.timings,
    stderr_tail: report.stderrTail,
    peak_memory_bytes: report.peakMemoryBytes,
    cpu_seconds: report.cpuSeconds,
  };
  await writeWhole(join(folder, 'outcome.json'), [`${stringifyJson(ran, 2)}\n`]);
  return ran;
}

async function keepFiles(
  files: ArtifactFile[],
  folder: string,
  below: string,
): Promise<Record<string, KeptFile>> {
  if (files.length > 0) await mkdir(join(folder, below), { recursive: true });
  const fileNames = artifactFiles(
    files.map(({ name }) => name),
    new Map(files.map(({ name, contentType }) => [name, contentType])),
  );
  const kept: Record<string, KeptFile> = {};
  for (const { name, path, size, contentType, blake2b256 } of files) {
    const file = join(below, fileNames.get(name) ?? encodeArtifactName(name));
    await copyFile(path, join(folder, file));
    kept[name] = { file, size, content_type: contentType, checksum: blake2b256 };
  }
  return kept;
}
