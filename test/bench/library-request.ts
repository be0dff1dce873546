import { join } from 'node:path';
import { parse } from 'lossless-json';
import { paramId } from '../../src/contracts/identities/param-id.js';
import type { Scalar } from '../../src/contracts/json/scalar.js';
import { packageRoot } from '../../src/package/package-root.js';
import { defaultMemoryLimit } from '../../src/runner/memory/default-memory-limit.js';
import type { PythonEnvironment, RunRequest } from '../../src/simulation/ports.js';
import { bareBundle } from '../fixtures/bundles/bare-bundle.js';
import type { Library } from './libraries.js';

export const librarySources = join(packageRoot, 'test', 'bench', 'workloads', 'libraries');
export const tasksAtOnce = 2;

export type LibraryRequest = Omit<RunRequest, 'attempt' | 'executor'>;

/** A task of the model of a library, whose bundle names it as its warm-up. */
export async function libraryRequest(
  { name, params: text, env, models = [] }: Library,
  environment: PythonEnvironment,
): Promise<LibraryRequest> {
  const params = parse(text) as Record<string, Scalar>;
  return {
    task: {
      bundle_ref: `sha256:${'0'.repeat(64)}`,
      entrypoint: `${models[0] ?? 'models.bench'}/baseline`,
      params: { param_id: paramId(params), values: params },
      seed: 0n,
    },
    bundle: bareBundle(join(librarySources, name), {
      models,
      metadata: { warm_up: { params }, env: { MPLBACKEND: 'agg', ...env } },
    }),
    environment,
    timeoutMs: 600_000,
    memoryLimitBytes: await defaultMemoryLimit(tasksAtOnce),
    threads: 1,
  };
}
