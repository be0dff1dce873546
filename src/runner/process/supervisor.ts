import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../../package/package-root.js';
import { workerMark } from '../identity/worker-mark.js';
import { type ProcessEvent, type SupervisorCommand, SupervisorEvent } from './supervisor-protocol.js';
import { createUsers, type Users } from './users.js';

const stderrTailCharacters = 8 * 1024;
const closeWithinMs = 15_000;

/** Hears of one process: its events, and that the supervisor is gone (after which nothing more comes). */
export interface ProcessListener {
  onEvent(event: ProcessEvent): void;
  onLost(error: Error): void;
}

/** What the machine allows. */
export interface Boundary {
  /** Why runners cannot have users of their own, as the rest of a sentence; empty when they can. */
  withoutUsers: string;
  /** Whether what they share by System V's and POSIX' means ends with them. */
  ownIpc: boolean;
  /** Whether they find in /proc only processes of their own users. */
  hidesProcesses: boolean;
  /** Whether they have process numbers of their own, by which they can name no others. */
  ownPids: boolean;
  /** Whether one whose bundle says that it uses no network can be kept from it. */
  closesNetwork: boolean;
  /** Why none can be shown, of a folder that is closed to others, what it needs, as the operating system has it; empty when it can. */
  withoutViews: string;
}

/** The Python process that starts runners and lets nothing of them outlive its task; see python/supervisor.py. */
export interface Supervisor {
  listen(process: string, listener: ProcessListener): void;
  send(command: SupervisorCommand): void;
  /** Where each runner can find a folder of its own; undefined where that cannot be had, or it has ended. */
  readonly place: Promise<string | undefined>;
  /** Whether runners can have users of their own here; undefined when it has ended. */
  readonly boundary: Promise<Boundary | undefined>;
  /** Users of their own, for `start`. */
  readonly users: Pick<Users, 'take' | 'giveBack'>;
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
  type Ready = Extract<SupervisorEvent, { event: 'ready' }>;
  let isReady: (event: Ready | undefined) => void;
  const ready = new Promise<Ready | undefined>((resolve) => {
    isReady = resolve;
  });
  const place = ready.then((event) => event?.place ?? undefined);
  const boundary = ready.then(
    (event) =>
      event && {
        withoutUsers: event.without_users,
        ownIpc: event.own_ipc,
        hidesProcesses: event.hides_processes,
        ownPids: event.own_pids,
        closesNetwork: event.closes_network,
        withoutViews: event.without_views,
      },
  );
  /** Why it is being ended though it still runs: it said something that cannot be understood. */
  let misunderstood: Error | undefined;
  // A group of its own: Ctrl-C in a terminal goes to the worker, which decides what happens to its tasks.
  const child: ChildProcessWithoutNullStreams = spawn(
    python,
    ['-I', '-u', join(packageRoot, 'src', 'runner', 'python', 'supervisor.py'), ...flags],
    { detached: true, cwd: '/', env: { PATH: process.env.PATH, LANG: 'C.UTF-8', [workerMark]: worker } },
  );
  const ended = new Promise<void>((resolve) => {
    const lost = (how: string, cause: unknown = misunderstood) => {
      if (!alive) return;
      alive = false;
      isReady(undefined);
      const tail = stderrTail ? ` Its last words: ${stderrTail.trim()}` : '';
      const error = new Error(
        `Cannot go on with the run: the supervisor of the Python processes ${how}.${tail}`,
        {
          cause,
        },
      );
      users.fail(error);
      for (const listener of listeners.values()) listener.onLost(error);
      listeners.clear();
      resolve();
    };
    child.once('error', (error) => lost(`could not be started with ${python}`, error));
    child.once('close', (code, signal) =>
      lost(
        `ended with ${signal ?? `exit code ${code}`}${misunderstood ? ' after it could not be understood' : ''}`,
      ),
    );
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderrTail = (stderrTail + text).slice(-stderrTailCharacters);
  });
  // It ended while a command was on its way; 'close' tells everybody.
  child.stdin.on('error', () => {});
  const send = (command: SupervisorCommand) => {
    if (alive && child.stdin.writable) child.stdin.write(`${JSON.stringify(command)}\n`);
  };
  const users = createUsers((count) => send({ command: 'users', count }));
  const end = () => {
    child.stdin.end();
    return setTimeout(() => child.kill('SIGKILL'), closeWithinMs);
  };
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (misunderstood) return;
    try {
      const event = SupervisorEvent.parse(JSON.parse(line));
      if (event.event === 'ready') return isReady(event);
      if (event.event === 'users') return users.told(event);
      const listener = listeners.get(event.process);
      if (event.event === 'ended' || event.event === 'failed') listeners.delete(event.process);
      listener?.onEvent(event);
    } catch (error) {
      misunderstood = new Error(`The supervisor said ${line.slice(0, 200)}`, { cause: error });
      // It ends everything that it runs before it is gone: only then its listeners hear that it is lost.
      const killer = end();
      void ended.then(() => clearTimeout(killer));
    }
  });
  return {
    place,
    boundary,
    users,
    get alive() {
      return alive && !misunderstood;
    },
    listen(name, listener) {
      if (alive && !misunderstood) listeners.set(name, listener);
      else
        queueMicrotask(() => listener.onLost(new Error('Cannot start a runner: the supervisor has ended.')));
    },
    send,
    async close() {
      const killer = end();
      await ended;
      clearTimeout(killer);
    },
  };
}
