import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LosslessNumber } from 'lossless-json';
import { readSettings } from '../../config/read-settings.js';
import { namedBundle } from '../../connections/named-bundle.js';
import { openStorage } from '../../connections/open-storage.js';
import { paramId } from '../../contracts/identities/param-id.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { SimTask } from '../../contracts/task/sim-task.js';
import { findJob } from '../../jobs/reading/find-job.js';
import { readOutcomes } from '../../jobs/reading/read-outcomes.js';
import { verifyJob } from '../../jobs/reading/verify-job.js';
import { watchJob } from '../../jobs/reading/watch-job.js';
import { newRunId } from '../../jobs/submission/new-run-id.js';
import { planTasks } from '../../jobs/submission/plan-tasks.js';
import { submitJob } from '../../jobs/submission/submit-job.js';
import { toolVersion } from '../../package/tool-version.js';
import { fetchResults } from '../../results/fetch/fetch-results.js';
import { type Patience, patiently } from '../patiently.js';
import { laySmokeBundle } from './lay-smoke-bundle.js';

const entrypoint = 'smoke.check/baseline';
/** Two, so that a process that ran more than one shows. */
const numbers = ['1', '2'];

/** How the simulations ran, as each process and its parent have attested. */
export interface SmokeReport {
  job_id: string;
  /** What the tasks ran under: one word, unless something is very wrong. */
  executors: string[];
  pythons: string[];
  processes: number;
  /** What tells that a process was not fresh, or ran more than one task. */
  leaks: string[];
}

/**
 * Runs two tiny simulations through the real queue, by the app's own executor, and fetches and checks their results.
 *
 * @param env leads to the app's storage
 * @throws Error that says what did not work
 */
export async function runSmoke(
  env: NodeJS.ProcessEnv,
  requirements: string | undefined,
  patience: Patience,
): Promise<SmokeReport> {
  const bundle = await laySmokeBundle(requirements);
  const results = await mkdtemp(join(tmpdir(), 'mops-cold-smoke-results-'));
  try {
    return await run({ env, bundle: bundle.folder, results }, patience);
  } finally {
    await bundle.remove();
    await rm(results, { recursive: true, force: true });
  }
}

interface Smoke {
  env: NodeJS.ProcessEnv;
  bundle: string;
  results: string;
}

async function run({ env, bundle, results }: Smoke, patience: Patience): Promise<SmokeReport> {
  const { signal, patienceMs } = patience;
  const { settings } = readSettings(env);
  const storage = await openStorage(env);
  const id = newRunId();
  const jobId = `smoke-${id}`;
  const named = await namedBundle(bundle, settings, { env, signal });
  const { lines } = planTasks(
    numbers.map((number) => taskOf(named.ref, number, id)),
    jobId,
    undefined,
  );
  const manifest = {
    job_id: jobId,
    bundle_refs: [named.ref],
    tool_version: await toolVersion(),
    source: 'smoke',
  };
  // Repeated until it is allowed: a run that exists is continued.
  await patiently('the right to submit', patience, () =>
    unlessForbidden(async () => {
      await named.push();
      await submitJob(storage, { manifest, lines, run: id }, signal);
    }),
  );

  const job = await findJob(storage, jobId, id, signal);
  const late = AbortSignal.timeout(patienceMs);
  await watchJob(storage, job, AbortSignal.any([signal, late]), () => undefined).catch((cause: unknown) => {
    if (signal.aborted || !late.aborted) throw cause;
    throw new Error(
      `no instance of the app has run the tasks of job ${jobId} within ${patienceMs / 60_000} minutes; they stay in the queue`,
      { cause },
    );
  });
  const records: OutcomeRecord[] = [];
  await readOutcomes(storage.jobs, job.scope, signal, async (record) => void records.push(record));
  for (const { outcome, reason } of records)
    if (outcome !== 'succeeded') throw new Error(`a task ended as ${outcome}: ${reason}`);

  const fetched = await patiently('the right to read results', patience, () =>
    unlessForbidden(() => fetchResults(storage, job, results, signal)),
  );
  if (fetched.problems.length > 0) throw new Error(fetched.problems.join('\n'));
  for (const record of records) await checkAnswer(join(fetched.folder, record.task_id, 'answer'), record);
  const attested = records.flatMap(({ attestation }) => attestation ?? []);
  const verified = await verifyJob(storage, job, signal);
  return {
    job_id: jobId,
    executors: [...new Set(attested.map(({ executor }) => executor))],
    pythons: [...new Set(attested.map(({ python }) => python))],
    processes: verified.processes,
    leaks: verified.leaks.map(({ message }) => message),
  };
}

function taskOf(bundleRef: string, number: string, id: string): SimTask {
  // The id makes the task a new one: a result of before would tell nothing.
  const values = { number: new LosslessNumber(number), id };
  return {
    bundle_ref: bundleRef,
    entrypoint,
    params: { param_id: paramId(values), values },
    seed: BigInt(number),
  };
}

async function checkAnswer(file: string, { seed, params }: OutcomeRecord): Promise<void> {
  const text = await readFile(file, 'utf8');
  const expected = { entrypoint, seed: Number(seed), number: Number(params.number) };
  const given: unknown = JSON.parse(text);
  if (JSON.stringify(given) !== JSON.stringify(expected))
    throw new Error(`a simulation answered ${text}, and it is ${JSON.stringify(expected)}`);
}

/** Rights that a deployment has just given take minutes to be known everywhere. */
async function unlessForbidden<T>(work: () => Promise<T>): Promise<{ found: T } | { notYet: string }> {
  try {
    return { found: await work() };
  } catch (error) {
    if (!isForbidden(error)) throw error;
    return {
      notYet:
        'the storage account refuses you (403). Roles take minutes to be known everywhere; the parameter `submitters` says who has them',
    };
  }
}

function isForbidden(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('statusCode' in error && error.statusCode === 403) || isForbidden(error.cause);
}
