import { copyFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stringifyJson } from '../contracts/json/stringify-json.js';
import type { Attestation } from '../contracts/result/attestation.js';
import type { SimTask } from '../contracts/task/sim-task.js';
import { taskId } from '../contracts/task/task-id.js';
import { writeWhole } from '../files/write-whole.js';
import { encodeArtifactName } from '../provenance/artifact-name.js';
import { artifactFiles } from '../results/fetch/artifact-files.js';
import { makeResultsFolder } from '../results/fetch/make-results-folder.js';
import type { RunReport } from '../simulation/ports.js';

/** How a task ended that was run here: `outcome.json`. */
export interface RanTask {
  task_id: string;
  outcome: RunReport['outcome'];
  /** One sentence; empty on success. */
  reason: string;
  task: SimTask;
  folder: string;
  artifacts: Record<string, { file: string; size: number; content_type: string; checksum: string }>;
  error?: { error_type: string; message: string; traceback: string };
  attestation?: Attestation;
  exit: { code: number | null; signal: string | null; after_result: boolean };
  /** Milliseconds. */
  timings: RunReport['timings'];
  stderr_tail: string;
  peak_memory_bytes: number;
  cpu_seconds: number;
}

/** Keeps what a run made in a folder of its own: artifacts, `log.txt`, and last `outcome.json`. */
export async function keepRun(task: SimTask, report: RunReport, folder: string): Promise<RanTask> {
  // What an earlier run of the same task left there must not pass for this one's.
  await rm(folder, { recursive: true, force: true });
  await makeResultsFolder(folder);
  const files = artifactFiles(report.artifacts.map(({ name }) => name));
  const artifacts: RanTask['artifacts'] = {};
  for (const { name, path, size, contentType, blake2b256 } of report.artifacts) {
    const file = files.get(name) ?? encodeArtifactName(name);
    await copyFile(path, join(folder, file));
    artifacts[name] = { file, size, content_type: contentType, checksum: blake2b256 };
  }
  await copyFile(report.log.path, join(folder, 'log.txt'));
  const { outcome, reason, error, attestation, exit } = report;
  const ran: RanTask = {
    task_id: taskId(task),
    outcome,
    reason,
    task,
    folder,
    artifacts,
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
