import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

/** Something that is on this machine, or why it is not: a clause such as `no C++ compiler is on PATH`. */
export type Found = { path: string } | { lacking: string };

/** What it takes to compile an extension for one Python. */
export interface NativeToolchain {
  compiler: Found;
  /** The folder with Python.h. */
  pythonHeaders: Found;
}

const compilers = ['c++', 'g++', 'clang++'];

/**
 * Looks for a C++ compiler and for the headers of a Python.
 *
 * @param python absolute path of the interpreter
 */
export async function findNativeToolchain(python: string): Promise<NativeToolchain> {
  const [compiler, pythonHeaders] = await Promise.all([findCompiler(), findPythonHeaders(python)]);
  return { compiler, pythonHeaders };
}

async function findCompiler(): Promise<Found> {
  for (const path of compilers) {
    const answer = await execa(path, ['--version'], { reject: false, stdin: 'ignore', timeout: 30_000 });
    if (!answer.failed) return { path };
  }
  return { lacking: `no C++ compiler is on PATH (${compilers.join(', ')})` };
}

async function findPythonHeaders(python: string): Promise<Found> {
  const script = 'import sysconfig; print(sysconfig.get_paths()["include"])';
  const { stdout: folder } = await execa(python, ['-I', '-c', script], { stdin: 'ignore', timeout: 30_000 });
  try {
    await access(join(folder, 'Python.h'));
    return { path: folder };
  } catch {
    return { lacking: `Python's headers are not installed (no Python.h in ${folder})` };
  }
}
