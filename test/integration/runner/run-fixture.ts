import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'lossless-json';
import { sha256 } from '../../../src/bundles/format/sha256.js';
import { readDeclarations } from '../../../src/bundles/metadata/read-declarations.js';
import type { Scalar } from '../../../src/contracts/json/scalar.js';
import type { SimTask } from '../../../src/contracts/task/sim-task.js';
import { packageRoot } from '../../../src/package/package-root.js';
import {
  createExecutor,
  type ExecutorOptions,
  type PythonExecutor,
} from '../../../src/runner/create-executor.js';
import { whyPathsDiffer } from '../../../src/runner/why-paths-differ.js';
import type { LocalBundle, RunReport, RunRequest } from '../../../src/simulation/ports.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';

/** The interpreter itself, not a wrapper script that a name on PATH may be. */
export const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)'], {
  encoding: 'utf8',
}).trim();
export const version: string = execFileSync(
  python,
  ['-c', 'import platform; print(platform.python_version())'],
  {
    encoding: 'utf8',
  },
).trim();

export interface FixtureRun extends Partial<Omit<RunRequest, 'task'>> {
  /** JSON text, so that numbers stay what they are. */
  params?: string;
  task?: Partial<SimTask>;
  signal?: AbortSignal;
}

/** A report, its outputs by name as text, its log, the folder that it used (gone by now), and as which its process found it. */
export interface FixtureReport extends RunReport {
  outputs: Record<string, string>;
  logText: string;
  folder: string;
  seenAt: string;
}

export interface FixtureRunner {
  executor: PythonExecutor;
  scratchRoot: string;
  run(simulation: string, run?: FixtureRun): Promise<FixtureReport>;
  /** Fails when a process or a folder is left. */
  close(): Promise<void>;
}

/** Why tasks cannot have the same paths here; undefined when they have. */
export const pathsDiffer: Promise<string | undefined> = whyPathsDiffer(python);

/** Runs simulations of test/fixtures/simulations through a real executor. */
export async function createFixtureRunner(options: Partial<ExecutorOptions> = {}): Promise<FixtureRunner> {
  const scratchRoot = await mkdtemp(join(tmpdir(), 'runner-test-'));
  // Fixtures write there what they do, whoever they are.
  if (!options.sandbox) await chmod(scratchRoot, 0o1777);
  const executor = createExecutor({
    python,
    scratchRoot,
    graceMs: 200,
    warm: { maxReuse: 1000, ttlMs: 3_600_000, maxProcesses: 4 },
    ...options,
  });
  return {
    executor,
    scratchRoot,
    async run(simulation, run = {}) {
      const report = await executor.run(
        await requestFor(simulation, run),
        run.signal ?? new AbortController().signal,
      );
      try {
        const outputs = await Promise.all(
          report.artifacts.map(async ({ name, path }) => [name, await readFile(path, 'utf8')] as const),
        );
        const logText = await readFile(report.log.path, 'utf8');
        const folder = join(report.log.path, '..');
        const same = (run.executor ?? 'cold') === 'cold' && (await pathsDiffer) === undefined;
        const seenAt = same ? join(scratchRoot, 't') : folder;
        return { ...report, outputs: Object.fromEntries(outputs), logText, folder, seenAt };
      } finally {
        await report.dispose();
      }
    },
    async close() {
      try {
        await executor.close();
      } finally {
        // Both are looked at before the folder goes, so that nothing stays whatever is found.
        const left = {
          // One that has run nothing has none.
          folders: existsSync(join(scratchRoot, 'w')) ? readdirSync(join(scratchRoot, 'w')) : [],
          processes: processesOf(scratchRoot),
        };
        await rm(scratchRoot, { recursive: true });
        assert.deepEqual(left, { folders: [], processes: [] });
      }
    },
  };
}

/** Folders below a scratch folder: those of attempts, and those of processes that are kept (warm ones and templates). */
export function placesIn(scratchRoot: string): { attempts: string[]; processes: string[] } {
  const workers = join(scratchRoot, 'w');
  const places = (existsSync(workers) ? readdirSync(workers) : []).flatMap((worker) =>
    readdirSync(join(workers, worker))
      .filter((name) => !['bytecode', 'worker.json'].includes(name))
      .map((name) => join(workers, worker, name)),
  );
  const isAttempt = (place: string) => existsSync(join(place, 'artifacts'));
  return {
    attempts: places.filter(isAttempt),
    processes: places.filter((place) => !isAttempt(place)),
  };
}

export async function requestFor(simulation: string, run: FixtureRun = {}): Promise<RunRequest> {
  const path = join(packageRoot, 'test', 'fixtures', 'simulations', simulation);
  const { params, task, signal: _, ...request } = run;
  return {
    attempt: randomUUID(),
    executor: 'cold',
    bundle: await localBundle(path),
    environment: bareEnvironment(python, version),
    timeoutMs: 30_000,
    memoryLimitBytes: 2 ** 31,
    threads: 1,
    ...request,
    task: {
      bundle_ref: `sha256:${'0'.repeat(64)}`,
      entrypoint: 'models.test/baseline',
      params: {
        param_id: 'abcdef0123456789'.repeat(4),
        values: parse(params ?? '{}') as Record<string, Scalar>,
      },
      seed: 7n,
      ...task,
    },
  };
}

/** A folder as it is in the cache of bundles. */
export async function localBundle(path: string): Promise<LocalBundle> {
  const refuse = (what: string, cause?: unknown) => new Error(`The fixture ${path}: ${what}`, { cause });
  return { digest: sha256(Buffer.from(path)), path, ...(await readDeclarations(path, refuse)) };
}

/** Living processes that were started with this folder in their arguments, environment or working directory. */
export function processesOf(folder: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) =>
      [...['environ', 'cmdline'].map((file) => readOrEmpty(`/proc/${pid}/${file}`)), workingFolder(pid)].some(
        (text) => text.includes(folder),
      ),
    )
    .map(Number);
}

/** Whether there is such a process, a zombie not counted: by its number here, or by the one that it knows itself by. */
export function isRunning(pid: number): boolean {
  return numberHere(pid) !== undefined;
}

export function parentOf(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
}

/** @returns undefined when there is no such process, or a zombie */
export function numberHere(pid: number): number | undefined {
  const found = readdirSync('/proc').find((name) => {
    if (!/^\d+$/.test(name)) return false;
    const status = readOrEmpty(`/proc/${name}/status`);
    return new RegExp(`^NSpid:.*\t${pid}(\t|$)`, 'm').test(status) && !/^State:\t[ZX]/m.test(status);
  });
  return found === undefined ? undefined : Number(found);
}

function workingFolder(pid: string): string {
  try {
    return readlinkSync(`/proc/${pid}/cwd`);
  } catch {
    return ''; // gone, or another user's
  }
}

function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return ''; // gone, or another user's
  }
}

/** Waits for a condition. */
export async function eventually(what: string, holds: () => boolean | Promise<boolean>, withinMs = 10_000) {
  const deadline = performance.now() + withinMs;
  while (!(await holds())) {
    assert.ok(performance.now() < deadline, `not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
