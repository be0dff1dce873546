import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { FiniteNumber, WholeNumber } from '../contracts/json/number.js';
import { parseDocument } from '../contracts/json/parse-document.js';
import { Scalar } from '../contracts/json/scalar.js';
import { Seed } from '../contracts/task/seed.js';
import type { FetchedJob } from '../results/fetch/fetch-results.js';

const Index = z.object({
  tasks: z.array(
    z.object({
      task_id: z.string(),
      outcome: z.string(),
      reason: z.string(),
      pid: WholeNumber.nullable(),
      start_time: z.string().nullable(),
      ordinal: WholeNumber.nullable(),
      overhead_seconds: FiniteNumber.nullable(),
      bundle_ref: z.string(),
      param_id: z.string(),
      seed: Seed,
      params: z.record(z.string(), Scalar),
      artifacts: z.record(z.string(), z.string()),
    }),
  ),
});
const Summary = z.object({ attack_rate: FiniteNumber });

/** One task of the demonstration, as its files in the results folder tell it. */
export interface Answer {
  taskId: string;
  paramId: string;
  /** For example `beta=0.20`. */
  parameters: string;
  seed: bigint;
  bundleRef: string;
  outcome: string;
  reason: string;
  pid: number | null;
  /** Tells processes apart even when a pid is used again. */
  process: string;
  /** Which task of its process it was, from 1. */
  ordinal: number;
  overheadMs: number;
  attackRate: number;
  /** Everything that the simulation answered. */
  outputs: Record<string, string>;
}

/** Reads a job's index and outputs from the folder that they were fetched to. */
export async function readAnswers({ folder, index }: FetchedJob): Promise<Answer[]> {
  const { tasks } = parseDocument(Index, await readFile(index.json, 'utf8'), 'The index');
  return Promise.all(
    tasks.map(async (task) => {
      const outputs = await readOutputs(folder, task.artifacts);
      const { summary } = outputs;
      return {
        taskId: task.task_id,
        paramId: task.param_id,
        parameters: Object.entries(task.params)
          .map(([name, value]) => `${name}=${value}`)
          .join(' '),
        seed: task.seed,
        bundleRef: task.bundle_ref,
        outcome: task.outcome,
        reason: task.reason,
        pid: task.pid,
        process: `${task.pid} ${task.start_time}`,
        ordinal: task.ordinal ?? 0,
        overheadMs: (task.overhead_seconds ?? 0) * 1000,
        attackRate: summary === undefined ? Number.NaN : parseDocument(Summary, summary).attack_rate,
        outputs,
      };
    }),
  );
}

async function readOutputs(
  folder: string,
  artifacts: Record<string, string>,
): Promise<Record<string, string>> {
  const read = Object.entries(artifacts).map(
    async ([name, file]) => [name, await readFile(join(folder, file), 'utf8')] as const,
  );
  return Object.fromEntries(await Promise.all(read));
}
