import { randomBytes, randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { BlobServiceClient } from '@azure/storage-blob';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { createBlobStore } from '../../src/bundles/blob-store/create-blob-store.js';
import type { BundleStore } from '../../src/bundles/bundle-store.js';
import { createBundleCache } from '../../src/bundles/cache/create-bundle-cache.js';
import { packBundle } from '../../src/bundles/pack/pack-bundle.js';
import { pushBundle } from '../../src/bundles/push-bundle.js';
import { paramId } from '../../src/contracts/identities/param-id.js';
import { createEnvironments } from '../../src/environments/create-environments.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { createExecutor } from '../../src/runner/create-executor.js';
import type { Bundles, Executor, PythonEnvironment } from '../../src/simulation/ports.js';

const MiB = 1024 * 1024;
const small = { workload: '10 files, 100 KiB', files: 10, bytes: 100 * 1024 };
const large = { workload: '2,000 files, 300 MiB', files: 2_000, bytes: 300 * MiB };
/** What fits beside everything else. */
const notSoLarge = { workload: '400 files, 60 MiB', files: 400, bytes: 60 * MiB };

/** How long a task waits for its bundle: the first one on a new machine, and every other one. And what a push costs. */
export async function benchBundles(quick: boolean, parent: string, signal: AbortSignal): Promise<BenchRow[]> {
  const folder = join(parent, 'bundles');
  const azurite = await startAzurite();
  const environments = createEnvironments({ python: 'python3', venvsFolder: join(folder, 'venvs') });
  const environment = await environments.base();
  const executor = createExecutor({
    python: environment.python,
    scratchRoot: join(folder, 'scratch'),
    warm: { maxReuse: 1, ttlMs: 1_000, maxProcesses: 1 },
  });
  try {
    const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
    const rows: BenchRow[] = [];
    for (const { workload, files, bytes } of [small, quick ? notSoLarge : large]) {
      signal.throwIfAborted();
      const store = createBlobStore(blobs.getContainerClient(`bundles-${files}`));
      const source = join(folder, `source-${files}`);
      await writeBundle(source, files, bytes);
      const push = () => timed(async () => pushBundle(await packBundle(source), store.target({})));
      const first = await push();
      const again = [await push(), await push(), await push()];
      const times = { cold: quick ? 3 : 10, warm: quick ? 10 : 50 };
      const { ref } = first.result;
      const cold = await repeat(times.cold, async () => {
        const cache = join(folder, `cold-${randomUUID()}`);
        const handover = await handoverMs(cacheOver(store, cache), ref, executor, environment);
        await rm(cache, { recursive: true, force: true });
        signal.throwIfAborted();
        return handover;
      });
      const cache = cacheOver(store, join(folder, 'warm'));
      await handoverMs(cache, ref, executor, environment);
      const warm = await repeat(times.warm, () => handoverMs(cache, ref, executor, environment));
      const row = (table: string, method: string, durations: number[]): BenchRow => ({
        table,
        workload,
        method,
        n: durations.length,
        handover_ms: quantiles(durations),
      });
      rows.push(
        row('bundles', 'cold cache, Blob', cold),
        row('bundles', 'warm cache', warm),
        row('push', 'new, Blob', [first.ms]),
        row(
          'push',
          'unchanged, Blob',
          again.map(({ ms }) => ms),
        ),
      );
    }
    return rows;
  } finally {
    await executor.close();
    await azurite.stop();
  }
}

function cacheOver(source: BundleStore, folder: string): Bundles {
  return createBundleCache({ source, folder, limitBytes: 10 * 1024 * MiB });
}

/** As an invocation does it: bundle, environment, process. */
async function handoverMs(
  bundles: Bundles,
  ref: string,
  executor: Executor,
  environment: PythonEnvironment,
): Promise<number> {
  const begun = performance.now();
  const bundle = await bundles.ensureLocal(ref);
  const fetched = performance.now() - begun;
  const report = await executor.run(
    {
      attempt: randomUUID(),
      task: {
        bundle_ref: ref,
        entrypoint: 'models.bench/baseline',
        params: { param_id: paramId({}), values: {} },
        seed: 1n,
      },
      executor: 'cold',
      bundle,
      environment,
      timeoutMs: 60_000,
      threads: 1,
      memoryLimitBytes: 2 ** 31,
    },
    new AbortController().signal,
  );
  await Promise.all([report.dispose(), bundle.release()]);
  if (report.outcome !== 'succeeded') throw new Error(`The task of the bench failed: ${report.reason}`);
  const { prepare, start, import: imported } = report.timings;
  return fetched + prepare + start + imported;
}

async function writeBundle(folder: string, files: number, bytes: number): Promise<void> {
  const each = Math.floor(bytes / (files - 1));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'wire.py'), 'def wire(entrypoint, params, seed): return {"a": b"1"}\n');
  for (let i = 1; i < files; i++) {
    const path = join(folder, 'data', String(i % 40), `${i}.bin`);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, randomBytes(each));
  }
}

async function repeat(times: number, measure: () => Promise<number>): Promise<number[]> {
  const durations: number[] = [];
  for (let i = 0; i < times; i++) durations.push(await measure());
  return durations;
}

async function timed<T>(work: () => Promise<T>): Promise<{ ms: number; result: T }> {
  const begun = performance.now();
  const result = await work();
  return { ms: performance.now() - begun, result };
}
