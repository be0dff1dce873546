import { cp, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { parse } from 'lossless-json';
import type { BenchFolder } from '../../src/benchmark/bench-folder.js';
import type { BenchRow } from '../../src/benchmark/bench-row.js';
import { openCalm } from '../../src/benchmark/open-calm.js';
import { plainEnvironment } from '../../src/benchmark/plain-environment.js';
import { canonicalJson } from '../../src/contracts/json/canonical-json.js';
import { createExecutor } from '../../src/runner/create-executor.js';
import { newAttempt } from '../../src/simulation/new-attempt.js';
import type { PythonEnvironment } from '../../src/simulation/ports.js';
import { type Library, libraries } from './libraries.js';
import { libraryEnvironment } from './library-environment.js';
import { type LibraryRequest, libraryRequest, librarySources, tasksAtOnce } from './library-request.js';

/** One way of running tasks of a library. */
interface Way {
  method: string;
  /** Runs a task for each seed, two at once, and returns the answers in the order of their text. */
  run(seeds: number[]): Promise<string[]>;
  close(): Promise<void>;
}

/**
 * CPU seconds that a task of a library takes which keeps what it compiles: by the product, whose bundle names a warm-up, and by
 * `xargs -P2` of plain Python, whose HOME has everything already. In turn, and with the same answers.
 */
export async function benchLibraries(
  { quick, python, venvs }: { quick: boolean; python: string; venvs: string },
  folder: BenchFolder,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  if (process.platform !== 'linux') {
    say('Libraries with caches are left out: CPU time of all processes is told on Linux alone.');
    return [];
  }
  const rows: BenchRow[] = [];
  for (const library of libraries) {
    const environment = await libraryEnvironment(library, { venvs, python, make: !quick }, signal);
    if ('lacking' in environment) say(`Tasks of ${library.name} are left out: ${environment.lacking}.`);
    else rows.push(...(await benchLibrary(library, environment, quick ? 1 : 5, folder, signal, say)));
  }
  return rows;
}

const tasksASlice = 4;

async function benchLibrary(
  library: Library,
  environment: PythonEnvironment,
  rounds: number,
  folder: BenchFolder,
  signal: AbortSignal,
  say: (line: string) => void,
): Promise<BenchRow[]> {
  const request = await libraryRequest(library, environment);
  const env = plainEnvironment({ ...request, name: library.name, shortTask: request.task }, folder.path);
  const calm = openCalm(environment.python, env, folder.python);
  const ways: Way[] = [];
  try {
    const own = join(folder.path, `library-${library.name}`);
    ways.push(
      await productWay('spawn', request, 0, join(own, 'spawn'), signal),
      await productWay('standby', request, tasksAtOnce, join(own, 'standby'), signal),
      await plainWay(library, request, env, join(own, 'plain'), signal),
    );
    const seconds = new Map<Way, number>();
    // Not counted: it fills the caches, makes the warm-up, and starts what is to stand by.
    for (const way of ways) await way.run(seedsOf(0));
    for (let round = 1; round <= rounds; round++) {
      const answers: string[] = [];
      for (let at = 0; at < ways.length; at++) {
        const way = ways[(at + round) % ways.length] as Way;
        const before = await calm.wait(signal);
        answers.push(canonicalJson(await way.run(seedsOf(round))));
        seconds.set(way, (seconds.get(way) ?? 0) + (await calm.wait(signal)) - before);
      }
      if (new Set(answers).size > 1)
        throw new Error(`The ways of running ${library.name} do not agree on its answers.`);
      say(`${library.name}: round ${round} of ${rounds}`);
    }
    const n = rounds * tasksASlice;
    return ways.map((way) => ({
      table: 'libraries',
      workload: library.name,
      method: way.method,
      n,
      cpu_s_per_task: Number(((seconds.get(way) ?? 0) / n).toPrecision(4)),
    }));
  } finally {
    for (const way of ways) await way.close();
    await calm.close();
  }
}

const seedsOf = (round: number) => Array.from({ length: tasksASlice }, (_, task) => 100 * round + task);

async function productWay(
  method: string,
  request: LibraryRequest,
  standby: number,
  scratchRoot: string,
  signal: AbortSignal,
): Promise<Way> {
  await mkdir(scratchRoot, { recursive: true });
  const executor = createExecutor({
    python: request.environment.python,
    scratchRoot,
    ...(standby > 0 && { standby: { most: standby, unusedMs: 3_600_000 } }),
    warm: { maxReuse: 1, ttlMs: 1_000, maxProcesses: 1 },
  });
  const answer = async (seed: number): Promise<string> => {
    const task = { ...request.task, seed: BigInt(seed) };
    const report = await executor.run({ ...request, attempt: newAttempt(), executor: 'cold', task }, signal);
    try {
      signal.throwIfAborted();
      if (report.outcome !== 'succeeded') throw new Error(`The task of the bench failed: ${report.reason}`);
      const outputs = report.artifacts.map(async ({ name, path }) => [name, await readJson(path)] as const);
      return canonicalJson(Object.fromEntries(await Promise.all(outputs)));
    } finally {
      await report.dispose();
    }
  };
  return {
    method,
    async run(seeds) {
      const left = [...seeds];
      const answers: string[] = [];
      const lane = async () => {
        for (let seed = left.shift(); seed !== undefined; seed = left.shift())
          answers.push(await answer(seed));
      };
      const lanes = Array.from({ length: tasksAtOnce }, lane);
      await Promise.allSettled(lanes);
      await Promise.all(lanes);
      return answers.sort();
    },
    close: () => executor.close(),
  };
}

async function readJson(path: string): Promise<unknown> {
  return parse(await readFile(path, 'utf8'));
}

async function plainWay(
  { params, env: own }: Library,
  { bundle, environment }: LibraryRequest,
  env: Record<string, string>,
  folder: string,
  cancelSignal: AbortSignal,
): Promise<Way> {
  const [home, copy] = [join(folder, 'home'), join(folder, 'bundle')];
  await mkdir(home, { recursive: true });
  await cp(bundle.path, copy, { recursive: true });
  // Nobody's HOME is private to a task here: what one has left, the next one finds.
  const { XDG_CACHE_HOME: _, XDG_CONFIG_HOME: __, ...shared } = env;
  return {
    method: 'xargs -P2',
    async run(seeds) {
      const { stdout } = await execa(
        'xargs',
        ['-P', String(tasksAtOnce), '-n', '1', environment.python, join(librarySources, 'plain.py'), params],
        {
          cwd: copy,
          input: seeds.join('\n'),
          env: { ...shared, HOME: home, ...own },
          extendEnv: false,
          cancelSignal,
        },
      );
      const answers = stdout.split('\n').filter((line) => line.startsWith('{'));
      return answers.map((line) => canonicalJson(parse(line))).sort();
    },
    close: async () => undefined,
  };
}
