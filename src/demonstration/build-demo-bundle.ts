import { cp, mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { execa } from 'execa';
import { findNativeToolchain, type NativeToolchain } from '../environments/find-native-toolchain.js';
import { packageRoot } from '../package/package-root.js';
import { compileSharedLibrary } from './compile-shared-library.js';

/** How the demo model came to run here: the first one of these that this machine allows. */
export type DemoVariant = 'extension' | 'ctypes' | 'libc';

export interface DemoBundle {
  folder: string;
  variant: DemoVariant;
  /** One sentence for the user: which variant, and why none before it. */
  explanation: string;
}

const sources = join(packageRoot, 'src', 'demonstration', 'bundle');

const what: Record<DemoVariant, string> = {
  extension: 'The model is C++, compiled as a CPython extension',
  ctypes: 'The model is C++, compiled as a shared library and reached through ctypes',
  libc: "The model is Python on the C library's own static state",
};

/**
 * Builds the SEIR bundle of the demonstration: entrypoint `models.seir/baseline`, outputs `incidence` and `summary`.
 *
 * @param python absolute path of the interpreter that will run it
 * @param folder where the bundle will be: absent or empty
 * @param toolchain what to compile with; by default what this machine has
 * @throws Error when the folder is in use, or not even the variant without compiler runs.
 */
export async function buildDemoBundle(request: {
  python: string;
  folder: string;
  toolchain?: NativeToolchain;
}): Promise<DemoBundle> {
  const folder = resolve(request.folder);
  await mustBeFree(folder);
  const toolchain = request.toolchain ?? (await findNativeToolchain(request.python));
  const obstacles: string[] = [];
  for (const variant of ['extension', 'ctypes', 'libc'] as const) {
    const unfinished = await mkdtemp(`${folder}.`);
    try {
      const obstacle =
        (await build(variant, toolchain, unfinished)) ?? (await tryOut(request.python, unfinished));
      if (obstacle === undefined) {
        await rename(unfinished, folder);
        const because = obstacles.length === 0 ? '' : `, because ${[...new Set(obstacles)].join(', and ')}`;
        return { folder, variant, explanation: `${what[variant]}${because}.` };
      }
      obstacles.push(obstacle);
    } finally {
      await rm(unfinished, { recursive: true, force: true });
    }
  }
  throw new Error(
    `Cannot build the demo bundle: ${[...new Set(obstacles)].join(', and ')}. Install a C++ compiler.`,
  );
}

/** @returns why this variant cannot be built here, if so */
async function build(
  variant: DemoVariant,
  { compiler, pythonHeaders }: NativeToolchain,
  folder: string,
): Promise<string | undefined> {
  await cp(join(sources, 'content'), folder, {
    recursive: true,
    filter: (path) => !path.endsWith('__pycache__'),
  });
  await cp(join(sources, 'engines', `${variant}.py`), join(folder, 'models', 'engine.py'));
  if (variant === 'libc') return undefined;
  if ('lacking' in compiler) return compiler.lacking;
  const common = { compiler: compiler.path, folder: join(sources, 'native') };
  if (variant === 'ctypes') {
    const output = join(folder, 'models', '_seir.so');
    return compileSharedLibrary({
      ...common,
      sources: ['seir.cpp', 'c_interface.cpp'],
      includeFolders: [],
      output,
    });
  }
  if ('lacking' in pythonHeaders) return pythonHeaders.lacking;
  return compileSharedLibrary({
    ...common,
    sources: ['seir.cpp', 'python_extension.cpp'],
    includeFolders: [pythonHeaders.path],
    output: join(folder, 'models', '_seir.abi3.so'),
  });
}

/** A library that compiles need not load: another processor, another Python. @returns why it does not run, if so */
async function tryOut(python: string, folder: string): Promise<string | undefined> {
  const script =
    'import sys; sys.path.insert(0, sys.argv[1]); import wire; wire.wire("models.seir/baseline", {"days": 2}, 1)';
  const result = await execa(python, ['-I', '-B', '-c', script, folder], {
    reject: false,
    stdin: 'ignore',
    timeout: 60_000,
  });
  if (!result.failed) return undefined;
  const said = result.stderr.trim().split('\n').at(-1);
  return `it does not run (${(said || result.shortMessage || 'no reason given').slice(0, 300)})`;
}

async function mustBeFree(folder: string): Promise<void> {
  await mkdir(dirname(folder), { recursive: true });
  const names = await readdir(folder).catch((error) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return [];
    throw error;
  });
  if (names.length > 0) {
    throw new Error(
      `Cannot build the demo bundle in ${folder}: it is not empty. Name another folder, or empty it.`,
    );
  }
}
