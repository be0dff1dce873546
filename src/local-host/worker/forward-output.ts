import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Logger } from '../logger.js';

const afterExitMs = 1_000;

/** Passes what the worker prints on, line by line, until it is gone. */
export function forwardOutput(child: ChildProcess, logger: Logger): void {
  const { stdout, stderr } = child;
  if (stdout) createInterface(stdout).on('line', (line) => logger('info', line, { type: 'app-log' }));
  if (stderr) createInterface(stderr).on('line', (line) => logger('warn', line, { type: 'app-log' }));
  // Whatever the worker started may hold these pipes long after it: then they are closed from this side.
  child.once('exit', () => {
    const timer = setTimeout(() => {
      stdout?.destroy();
      stderr?.destroy();
    }, afterExitMs);
    child.once('close', () => clearTimeout(timer));
  });
}
