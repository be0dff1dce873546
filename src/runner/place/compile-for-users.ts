import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, parse } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../package/package-root.js';
import type { PythonEnvironment } from '../../simulation/ports.js';

const runner = join(packageRoot, 'src', 'runner', 'python', 'cold_functions');
const timeoutMs = 60_000;
const compiled = new Map<string, Promise<void>>();

/**
 * Users of their own cannot keep the bytecode of what is the app's, without which each process would compile it: so the app makes it for them, once.
 *
 * @param programs folders of what they execute besides the runner
 */
export async function compileForUsers(
  { python, version }: Pick<PythonEnvironment, 'python' | 'version'>,
  programs: string[],
): Promise<void> {
  const series = version.split('.').slice(0, 2).join('');
  for (const folder of [runner, ...programs]) {
    const key = `${series} ${folder}`;
    const there = compiled.get(key) ?? compile(python, series, folder);
    compiled.set(key, there);
    await there;
  }
}

async function compile(python: string, series: string, folder: string): Promise<void> {
  if (isCompiled(folder, series)) return;
  // Without what an environment would run at the start of its Python. Where it fails everything works all the same, but slower.
  await execa(python, ['-I', '-S', '-m', 'compileall', '-q', folder], {
    reject: false,
    stdio: 'ignore',
    timeout: timeoutMs,
  });
}

function isCompiled(folder: string, series: string): boolean {
  const sources = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((path) =>
    path.endsWith('.py'),
  );
  return sources.every((path) =>
    existsSync(join(folder, dirname(path), '__pycache__', `${parse(path).name}.cpython-${series}.pyc`)),
  );
}
