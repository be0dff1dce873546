import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import { packageRoot } from '../package-root.js';
import { type SupervisorCommand, SupervisorEvent } from './supervisor-protocol.js';
import { workerMark } from './worker-mark.js';

const stderrTailCharacters = 8 * 1024;
const closeWithinMs = 15_000;
const Named = z.object({ process: z.string() });

/** Hears of one process: its events, and that the supervisor is gone (after which nothing more comes). */
export interface ProcessListener {
  onEvent(event: SupervisorEvent): void;
  onLost(error: Error): void;
}

/** The Python process that starts runners and lets nothing of them outlive its task; see python/supervisor.py. */
export interface Supervisor {
  listen(process: string, listener: ProcessListener): void;
  send(command: SupervisorCommand): void;
  /** False once it has ended: a new one is needed. */
  readonly alive: boolean;
  /** Ends everything that it runs, and itself. */
  close(): Promise<void>;
}

/**
 * @param python absolute path of the interpreter
 * @param worker mark of this worker, for `sweep`
 * @param flags of python/supervisor.py
 */
export function startSupervisor(python: string, worker: string, flags: string[] = []): Supervisor {
  const listeners = new Map<string, ProcessListener>();
  let stderrTail = '';
  let alive = true;
  // A group of its own: Ctrl-C in a terminal goes to the worker, which decides what happens to its tasks.
  const child: ChildProcessWithoutNullStreams = spawn(
    python,
    ['-I', '-u', join(packageRoot, 'src', 'runner', 'python', 'supervisor.py'), ...flags],
    { detached: true, cwd: '/', env: { PATH: process.env.PATH, LANG: 'C.UTF-8', [workerMark]: worker } },
  );
  const ended = new Promise<void>((resolve) => {
    const lost = (how: string, cause?: unknown) => {
      if (!alive) return;
      alive = false;
      const tail = stderrTail ? ` Its last words: ${stderrTail.trim()}` : '';
      const error = new Error(
        `Cannot go on with the run: the supervisor of the Python processes ${how}.${tail}`,
        {
          cause,
        },
      );
      for (const listener of listeners.values()) listener.onLost(error);
      listeners.clear();
      resolve();
    };
    child.once('error', (error) => lost(`could not be started with ${python}`, error));
    child.once('close', (code, signal) => lost(`ended with ${signal ?? `exit code ${code}`}`));
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-stderrTailCharacters);
  });
  // It ended while a command was on its way; 'close' tells everybody.
  child.stdin.on('error', () => {});
  createInterface({ input: child.stdout }).on('line', (line) => {
    const heard: unknown = JSON.parse(line);
    const { success, data: event, error } = SupervisorEvent.safeParse(heard);
    if (success) {
      const listener = listeners.get(event.process);
      if (event.event === 'ended' || event.event === 'failed') listeners.delete(event.process);
      listener?.onEvent(event);
    } else {
      const { process: name } = Named.parse(heard);
      const why = 'something other than the runner wrote to its control descriptor';
      listeners.get(name)?.onLost(new Error(`Cannot go on with the run: ${why}.`, { cause: error }));
      listeners.delete(name);
    }
  });
  return {
    get alive() {
      return alive;
    },
    listen(name, listener) {
      if (alive) listeners.set(name, listener);
      else
        queueMicrotask(() => listener.onLost(new Error('Cannot start a runner: the supervisor has ended.')));
    },
    send(command) {
      if (alive) child.stdin.write(`${JSON.stringify(command)}\n`);
    },
    async close() {
      child.stdin.end();
      const killer = setTimeout(() => child.kill('SIGKILL'), closeWithinMs);
      await ended;
      clearTimeout(killer);
    },
  };
}
