import { copyFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';
import { LosslessNumber } from 'lossless-json';
import type { Workload } from '../../src/benchmark/workload.js';
import { wrapBundle } from '../../src/benchmark/wrap-bundle.js';
import { paramId } from '../../src/contracts/identities/param-id.js';
import type { SimTask } from '../../src/contracts/task/sim-task.js';
import { packageRoot } from '../../src/package/package-root.js';
import { defaultMemoryLimit } from '../../src/runner/memory/default-memory-limit.js';
import type { PythonEnvironment } from '../../src/simulation/ports.js';
import { bareBundle } from '../fixtures/bundles/bare-bundle.js';

export interface WorkloadKind {
  name: string;
  /** What it imports, as in `import …`; empty for nothing. */
  modules: string;
  /** Whether those are there without the bundle. */
  installed: boolean;
  /** Extension modules in its bundle. */
  files: string[];
  /** How long a single simulation works; at full load none does. */
  busyMs: number;
}

const simulation = join(packageRoot, 'test', 'bench', 'workloads', 'simulation.py');

/** A bundle in a folder that is made for it, and its tasks. */
export async function standardWorkload(
  { name, modules, installed, files, busyMs }: WorkloadKind,
  python: PythonEnvironment,
  folder: string,
): Promise<Workload> {
  const source = join(folder, 'source');
  await writeBundle(source, modules, files);
  const bundle = bareBundle(source, { metadata: { start_method: 'forkserver' } });
  return {
    name,
    bundle: await wrapBundle(bundle, join(folder, 'wrapped')),
    environment: python,
    task: taskOf(busyMs),
    shortTask: taskOf(0),
    // A module that only the bundle has is imported with the bundle.
    ...(installed && { imports: modules === '' ? '' : `import ${modules}` }),
    timeoutMs: 60_000,
    memoryLimitBytes: await defaultMemoryLimit(availableParallelism()),
    threads: 1,
  };
}

/** A simulation that works for as long as its task says, after these imports. */
export async function writeBundle(folder: string, modules: string, files: string[]): Promise<void> {
  await mkdir(folder, { recursive: true });
  const imports = modules === '' ? '' : `import ${modules}\n`;
  await writeFile(join(folder, 'wire.py'), `${imports}${await readFile(simulation, 'utf8')}`);
  await Promise.all(files.map((file) => copyFile(file, join(folder, basename(file)))));
}

function taskOf(busyMs: number): SimTask {
  const values = { busy_ms: new LosslessNumber(String(Math.round(busyMs))) };
  return {
    bundle_ref: `sha256:${'0'.repeat(64)}`,
    entrypoint: 'models.bench/baseline',
    params: { param_id: paramId(values), values },
    seed: 1n,
  };
}
