import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { BlobServiceClient } from '@azure/storage-blob';
import { execa } from 'execa';
import type { BenchFolder } from '../../src/benchmark/bench-folder.js';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { quantiles } from '../../src/benchmark/quantiles.js';
import { createBlobStore } from '../../src/bundles/blob-store/create-blob-store.js';
import { readDeclarations } from '../../src/bundles/metadata/read-declarations.js';
import { openEnvironmentStore } from '../../src/bundles/open-environment-store.js';
import { environmentOptions } from '../../src/config/environment-options.js';
import { readSettings } from '../../src/config/read-settings.js';
import type { BuildOptions } from '../../src/environments/build/build-options.js';
import { findInstaller } from '../../src/environments/build/find-installer.js';
import { makeBytecode } from '../../src/environments/bytecode/make-bytecode.js';
import { createEnvironments } from '../../src/environments/create-environments.js';
import { findPython } from '../../src/environments/find-python.js';
import { startAzurite } from '../../src/local-host/start-azurite.js';
import { createExecutor } from '../../src/runner/create-executor.js';
import { defaultMemoryLimit } from '../../src/runner/memory/default-memory-limit.js';
import { newAttempt } from '../../src/simulation/new-attempt.js';
import type { LocalBundle, PythonEnvironment } from '../../src/simulation/ports.js';

const packages = ['numpy==2.3.5', 'pandas==2.3.3'];
const workload = 'numpy and pandas from uv.lock';
const files = {
  'pyproject.toml': `[project]
name = "bench"
version = "1"
requires-python = ">=3.11"
dependencies = ${JSON.stringify(packages)}
`,
  'wire.py': `import pandas
def wire(entrypoint, params, seed): return {"a": pandas.DataFrame({"x": [seed]}).to_csv().encode()}
`,
};

/**
 * What it takes until the packages are there that a bundle's lock fixes: built with a warm cache beside a bare `uv sync`, fetched
 * from Azurite beside `zstd -d` and `tar -x` of the same files, by eight processes at once; its first and second tasks beside those
 * of an interpreter that has the packages; and ModelOps' way, a venv with pip for each task. Pairs take turns, and nothing is removed
 * before the end: ext4 without a journal looks at each inode that was freed in the last minutes before it makes a file, so that a bare
 * `uv sync` takes twice as long after the removal of another one.
 */
export async function benchEnvironments(
  { quick, python: named }: { quick: boolean; python: string },
  folder: BenchFolder,
  cancelSignal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const { python } = await findPython(named);
  const { settings } = readSettings({ ...process.env, MODELOPS_ENVIRONMENTS: 'build' });
  const { build } = environmentOptions(settings, { retry: true });
  if (build === undefined) throw new Error('MODELOPS_ENVIRONMENTS=build builds none.');
  const installer = await findInstaller(python, build.uv);
  if (installer.kind !== 'uv') {
    say('Environments are left out: there is no uv. Install it, or let MODELOPS_UV name it.');
    return [];
  }
  const root = join(folder.path, 'environments');
  const path = join(root, 'bundle');
  await mkdir(path, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(path, name), text);
  const [uv = '', ...first] = installer.command;
  const run = (command: string, argv: string[], env = {}) =>
    execa(command, argv, { stdin: 'ignore', cancelSignal, env: { NO_COLOR: '1', ...env } });
  const project = ['--project', path, '--python', python];
  const sync = (to: string) =>
    run(uv, [...first, 'sync', '--frozen', '--link-mode', 'copy', '--no-install-project', ...project], {
      UV_PROJECT_ENVIRONMENT: to,
    });
  const base = join(root, 'base');
  try {
    await run(uv, [...first, 'lock', ...project]);
    await sync(base);
  } catch (error) {
    cancelSignal.throwIfAborted();
    const why = String(error).trim().split('\n').at(-1);
    say(`Environments are left out: numpy and pandas cannot be had (${why}).`);
    return [];
  }
  const declared = await readDeclarations(path, (what) => new Error(what));
  const bundle: LocalBundle = { path, digest: `sha256:${'0'.repeat(64)}`, ...declared };
  const place = () => join(root, randomUUID());
  const opened = async (more: Partial<BuildOptions>, venvsFolder = place()) => {
    const environments = createEnvironments({ python, venvsFolder, build: { ...build, ...more } });
    // As a worker does before it takes its first task.
    await environments.base();
    return environments;
  };
  const took = async (work: () => Promise<unknown>) => {
    const began = performance.now();
    await work();
    return performance.now() - began;
  };
  const row = (method: string, ms: number[]): BenchRow => ({
    table: 'environments',
    workload,
    method,
    n: ms.length,
    handover_ms: quantiles(ms),
  });

  const executor = createExecutor({
    python,
    scratchRoot: root,
    standby: { most: 0, unusedMs: 1000 },
    warm: { maxReuse: 1, ttlMs: 1000, maxProcesses: 1 },
  });
  const memoryLimitBytes = await defaultMemoryLimit(1);
  let seed = 0n;
  const task = async (environment: PythonEnvironment) => {
    const began = performance.now();
    seed += 1n;
    const report = await executor.run(
      {
        attempt: newAttempt(),
        executor: 'cold',
        task: {
          bundle_ref: bundle.digest,
          entrypoint: 'models.bench/baseline',
          params: { param_id: '0'.repeat(64), values: {} },
          seed,
        },
        bundle,
        environment,
        timeoutMs: 600_000,
        memoryLimitBytes,
        threads: 1,
      },
      cancelSignal,
    );
    const wall = performance.now() - began;
    const { prepare, start, import: imported, simulate } = report.timings;
    await report.dispose();
    if (report.outcome !== 'succeeded') throw new Error(`A task of the bench failed: ${report.reason}`);
    return { wall, handover: prepare + start + imported, overhead: wall - simulate };
  };

  const azurite = await startAzurite();
  try {
    const times = quick ? 2 : 7;
    const installed = await createEnvironments({
      python: join(base, 'bin', 'python'),
      venvsFolder: '/nowhere',
    }).base();
    // As an image has it: tasks that run as other users cannot leave it there.
    await makeBytecode(base, { beside: false });
    const synced: number[] = [];
    const built: number[] = [];
    const firstTasks: number[] = [];
    const baseTasks: number[] = [];
    for (let at = 0; at < times; at++) {
      const to = place();
      synced.push(await took(() => sync(to)));
      const environments = await opened({});
      const began = performance.now();
      const environment = await environments.forBundle(bundle);
      built.push(performance.now() - began);
      await task(environment);
      firstTasks.push(performance.now() - began);
      baseTasks.push((await task(installed)).wall);
    }

    const blobs = BlobServiceClient.fromConnectionString(azurite.connectionString);
    const store = openEnvironmentStore(createBlobStore(blobs.getContainerClient('bench-environments')));
    const kept = { open: async () => store, warn: say };
    const keeper = await opened({ store: kept });
    const ahead = await keeper.keep(bundle, { again: false });
    if (ahead === undefined) throw new Error('The bundle of the bench declares no packages.');
    const tar = join(root, 'same.tar');
    await store.read({ id: ahead.id, bundleRef: bundle.digest }, ({ expanded }) =>
      pipeline(expanded, createWriteStream(tar)),
    );
    const zstd = await execa('zstd', ['-q', '-6', tar, '-o', `${tar}.zst`], { reject: false });
    if (zstd.failed) say('zstd -d is left out: there is no zstd.');
    const unpacked: number[] = [];
    const fetched: number[] = [];
    for (let at = 0; at < times; at++) {
      if (!zstd.failed) {
        const to = place();
        await mkdir(to);
        unpacked.push(await took(() => run('sh', ['-c', `zstd -qdc '${tar}.zst' | tar -x -C '${to}'`])));
      }
      const environments = await opened({ store: kept });
      fetched.push(await took(() => environments.forBundle(bundle)));
    }

    const own = await keeper.forBundle(bundle);
    const second: Awaited<ReturnType<typeof task>>[] = [];
    const same: Awaited<ReturnType<typeof task>>[] = [];
    for (let at = 0; at < (quick ? 5 : 25); at++) {
      second.push(await task(own));
      same.push(await task(installed));
    }
    const ofTasks = (method: string, tasks: Awaited<ReturnType<typeof task>>[]): BenchRow => ({
      ...row(
        method,
        tasks.map(({ handover }) => handover),
      ),
      overhead_ms: quantiles(tasks.map(({ overhead }) => overhead)),
    });

    const pips: number[] = [];
    for (let at = 0; at < (quick ? 1 : 3); at++) {
      const to = place();
      const inside = join(to, 'bin', 'python');
      pips.push(
        await took(async () => {
          await run(python, ['-m', 'venv', to]);
          await run(inside, ['-m', 'pip', 'install', '-q', ...packages]);
          await run(inside, [join(path, 'wire.py')]);
        }),
      );
    }

    const together = place();
    const program = fileURLToPath(new URL('../fixtures/environments/build-one.js', import.meta.url));
    const request = JSON.stringify({ python, venvsFolder: together, build, bundle });
    const waited = await Promise.all(
      Array.from({ length: 8 }, () => took(() => run(process.execPath, [program, request]))),
    );
    const logs = (await readdir(together)).filter((file) => file.endsWith('.log'));
    const said = await Promise.all(logs.map((log) => readFile(join(together, log), 'utf8')));
    return [
      row('bare uv sync', synced),
      row('built', built),
      row('built, and a first task', firstTasks),
      row('the same task, packages in the base interpreter', baseTasks),
      ...(unpacked.length > 0 ? [row('zstd -d, tar -x', unpacked)] : []),
      row('fetched from Azurite', fetched),
      ofTasks('second task', second),
      ofTasks('second task, packages in the base interpreter', same),
      row("ModelOps' way: a venv with pip for each task", pips),
      {
        ...row('eight processes at once', waited),
        builds: said.join('').match(/^\$ .* sync /gm)?.length ?? 0,
      },
    ];
  } finally {
    await executor.close();
    await azurite.stop();
    await rm(root, { recursive: true, force: true, maxRetries: 9 });
  }
}
