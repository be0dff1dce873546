import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../package/package-root.js';
import type { PythonEnvironment } from '../../simulation/ports.js';

const folder = join(packageRoot, 'src', 'runner', 'python', 'cold_functions');
const timeoutMs = 60_000;
const compiled = new Map<string, Promise<void>>();

/** Users of their own cannot keep the bytecode of the runner, without which each process would compile it: so the app makes it for them, once. */
export function compileRunner({
  python,
  version,
}: Pick<PythonEnvironment, 'python' | 'version'>): Promise<void> {
  const series = version.split('.').slice(0, 2).join('');
  const there = compiled.get(series) ?? compile(python, series);
  compiled.set(series, there);
  return there;
}

async function compile(python: string, series: string): Promise<void> {
  if (existsSync(join(folder, 'runner', '__pycache__', `task_loop.cpython-${series}.pyc`))) return;
  // Without what an environment would run at the start of its Python. Where it fails everything works all the same, but slower.
  await execa(python, ['-I', '-S', '-m', 'compileall', '-q', folder], {
    reject: false,
    stdio: 'ignore',
    timeout: timeoutMs,
  });
}
