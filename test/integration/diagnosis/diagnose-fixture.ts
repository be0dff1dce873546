import { execFileSync } from 'node:child_process';
import { readSettings } from '../../../src/config/read-settings.js';
import { paramId } from '../../../src/contracts/identities/param-id.js';
import { parseJson } from '../../../src/contracts/json/parse-json.js';
import type { Scalar } from '../../../src/contracts/json/scalar.js';
import type { SimTask } from '../../../src/contracts/task/sim-task.js';
import { type DiagnoseOptions, diagnose } from '../../../src/diagnosis/diagnose.js';
import type { Diagnosis } from '../../../src/diagnosis/diagnosis.js';
import { localBundle } from '../runner/run-fixture.js';

const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], { encoding: 'utf8' });

/**
 * Diagnoses a bundle on this machine.
 *
 * @param parameters of each task, as JSON, so that numbers stay what they are
 */
export async function diagnoseFolder(
  folder: string,
  parameters: string[],
  {
    scratch,
    seeds = [1],
    env = {},
    ...options
  }: Partial<DiagnoseOptions> & {
    scratch: string;
    seeds?: number[];
    env?: Record<string, string>;
    signal?: AbortSignal;
  },
): Promise<Diagnosis> {
  const { settings } = readSettings({
    MODELOPS_PYTHON: python.trim(),
    MODELOPS_SCRATCH_DIR: scratch,
    ...env,
  });
  const bundle = await localBundle(folder);
  const quiet = { done: () => undefined, note: () => undefined };
  return diagnose(
    settings,
    bundle,
    tasksOf(parameters, seeds),
    { atOnce: 2, ...options },
    quiet,
    options.signal ?? new AbortController().signal,
  );
}

function tasksOf(parameters: string[], seeds: number[]): SimTask[] {
  return parameters.flatMap((text) => {
    const values = parseJson(text, 'parameters') as Record<string, Scalar>;
    return seeds.map((seed) => ({
      bundle_ref: `sha256:${'0'.repeat(64)}`,
      entrypoint: 'models.test/baseline',
      params: { param_id: paramId(values), values },
      seed: BigInt(seed),
    }));
  });
}
