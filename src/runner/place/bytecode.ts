import { randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../package/package-root.js';
import type { RunRequest } from '../../simulation/ports.js';
import { createBackground } from '../background.js';
import { workerMark } from '../identity/worker-mark.js';
import type { WorkerFolder } from './worker-folder.js';

/** Bytecode of the bundles that a worker runs again and again, so that their processes do not compile them each time. */
export interface Bytecode {
  /**
   * A folder with what belongs beside the bundle's files in a working copy. Undefined while there is none: for the first
   * processes of a bundle, after which it is made in the background.
   */
  of(request: Pick<RunRequest, 'bundle' | 'environment'>): string | undefined;
  /** Ends what is being made. */
  close(): Promise<void>;
}

/** A worker that is recycled after each task, or after two, has no use for it. */
const firstProcesses = 2;
const patienceMs = 60_000;

interface Compilation {
  asked: number;
  ready?: string;
}

export function createBytecode(folder: WorkerFolder): Bytecode {
  const compilations = new Map<string, Compilation>();
  const closing = new AbortController();
  const compiling = createBackground('Cannot compile a bundle to bytecode');

  async function compile(
    { bundle, environment }: Pick<RunRequest, 'bundle' | 'environment'>,
    compilation: Compilation,
  ): Promise<void> {
    const made = join(folder.path, 'bytecode', randomUUID());
    await mkdir(made, { recursive: true });
    const script = join(packageRoot, 'src', 'runner', 'python', 'compile_bundle.py');
    // Without what packages run at the start of a Python: it is not a user of its own.
    const { failed } = await execa(environment.python, ['-I', '-S', script, bundle.path, made], {
      env: { PATH: process.env.PATH, LANG: 'C.UTF-8', [workerMark]: folder.name },
      extendEnv: false,
      stdio: 'ignore',
      // It costs no task anything when it fails or is ended: what is missing is compiled by whoever imports it.
      reject: false,
      timeout: patienceMs,
      cancelSignal: closing.signal,
    });
    if (!failed) compilation.ready = made;
  }

  return {
    of(request) {
      const key = `${request.bundle.digest} ${request.environment.python}`;
      const compilation = compilations.get(key) ?? { asked: 0 };
      compilations.set(key, compilation);
      compilation.asked += 1;
      // A run may be on its way yet when this has been closed, and the folder is gone then.
      if (compilation.asked === firstProcesses + 1 && !closing.signal.aborted)
        compiling.begin(() => compile(request, compilation));
      return compilation.ready;
    },
    async close() {
      closing.abort();
      await compiling.settled();
    },
  };
}
