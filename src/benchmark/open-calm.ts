import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { execa } from 'execa';

/** Watches this process and all that it starts. */
export interface Calm {
  /**
   * Waits until none of its descendants works any more, so that the next measurement finds a process that stands by as it
   * will find the one after it, and pays for no other's work.
   *
   * @returns the CPU seconds that this process and its descendants have taken by then; NaN where nobody can say
   */
  wait(signal: AbortSignal): Promise<number>;
  close(): Promise<void>;
}

/**
 * @param interpreter the Python that watches
 * @param sources the Python files of the bench
 */
export function openCalm(interpreter: string, env: Record<string, string>, sources: string): Calm {
  const watcher = execa(interpreter, ['-I', '-S', join(sources, 'watch_tree.py'), String(process.pid)], {
    env,
    extendEnv: false,
    stdin: 'pipe',
    buffer: { stdout: false },
    reject: false,
  });
  const answers = createInterface(watcher.stdout)[Symbol.asyncIterator]();
  return {
    async wait(signal) {
      watcher.stdin.write('\n');
      const { value } = await answers.next();
      signal.throwIfAborted();
      if (value === undefined)
        throw new Error(
          `Cannot tell CPU time: the process that watches has ended. ${(await watcher).stderr}`,
        );
      const { user, system } = process.cpuUsage();
      return Number(value) + (user + system) / 1e6;
    },
    async close() {
      watcher.stdin.end();
      await watcher;
    },
  };
}
