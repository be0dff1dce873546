import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { withFreeLock, withLock } from '../../files/with-lock.js';
import { packageRoot } from '../../package/package-root.js';
import { codeVariables } from '../build/build-variables.js';
import { isAbsent } from '../is-absent.js';

const script = join(packageRoot, 'src', 'environments', 'python', 'compile_bytecode.py');

/** In an environment: all is made, and nobody looks through thousands of files again. */
const nameOfMark = 'bytecode';

/**
 * Makes the bytecode of what is installed in an environment. Of all processes of this machine one does it.
 *
 * @param environment its folder
 * @param beside the tasks that run in it already: with what they leave of the processors; a process that has nothing else to do
 *   does not stay for it, and when another one makes it there is nothing to do
 * @throws Error when it cannot be made. Nothing depends on it but time: the next one goes on where this one ended.
 */
export async function makeBytecode(environment: string, { beside }: { beside: boolean }): Promise<void> {
  const make = async () => {
    if (await isMade(environment)) return;
    await compile(environment, beside);
    await writeFile(join(environment, nameOfMark), '');
  };
  if (await isMade(environment)) return;
  // Beside it: what is removed meanwhile must not come back with a lock in it.
  const lock = `${environment}.${nameOfMark}`;
  await (beside ? withFreeLock(lock, make) : withLock(lock, make));
}

async function isMade(environment: string): Promise<boolean> {
  try {
    await stat(join(environment, nameOfMark));
    return true;
  } catch (error) {
    if (isAbsent(error)) return false;
    throw error;
  }
}

async function compile(environment: string, beside: boolean): Promise<void> {
  const argv = ['-I', '-S', script, ...(beside ? ['--beside'] : [])];
  const child = spawn(join(environment, 'bin', 'python'), argv, {
    env: codeVariables(tmpdir()),
    // Its input is left open: it ends when this process does, however that ends.
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  if (beside) {
    child.unref();
    const { stdin } = child;
    if ('unref' in stdin && typeof stdin.unref === 'function') stdin.unref();
  }
  child.stdin.on('error', () => undefined); // it has ended: its exit tells
  const [code, signal] = await once(child, 'exit');
  if (code !== 0)
    throw new Error(
      `Cannot make the bytecode of the environment at ${environment}: Python ended with ${code ?? signal}.`,
    );
}
