import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ViewStep } from '../../files/view-of.js';
import { packageRoot } from '../../package/package-root.js';
import { NoLongerWanted } from '../../simulation/no-longer-wanted.js';
import type { PythonEnvironment } from '../../simulation/ports.js';
import { ForkFailed } from './fork-failed.js';
import { runnerFlags } from './runner-flags.js';
import type { Supervisor } from './supervisor.js';
import type { ProcessEvent, RunnerMessage, SeenIdentity, SupervisorCommand } from './supervisor-protocol.js';

type Told<T extends RunnerMessage['type']> = Extract<RunnerMessage, { type: T }> & { at: number };
type Seen<T extends ProcessEvent['event']> = Extract<ProcessEvent, { event: T }>;

/** All that is known of one task in one process once it is over. Times are of this process's clock. */
export interface TaskRecord {
  seen: SeenIdentity;
  ready: Told<'ready'> | undefined;
  assignedAt: number;
  entered: Told<'entered'> | undefined;
  done: Told<'done'> | undefined;
  /** `beforeResult`: it was met while there was no complete result. */
  limit: (Seen<'limit'> & { beforeResult: boolean }) | undefined;
  /** `task_ended` when the process lives on and waits for another task. */
  end: (Seen<'ended'> | Seen<'task_ended'>) & { at: number };
}

export interface Assignment {
  /** One line of JSON; see python/runner.py. */
  task: string;
  timeoutMs: number;
  graceMs: number;
  logPath: string;
  logHead: string;
  /** No more tasks after this one. */
  last: boolean;
  /** Is told when the wire function has been imported and is about to be called. */
  onEntered?: () => void;
}

/** How a runner comes into being: executed, or forked from another one by its name. */
export type RunnerStart = { memoryLimitBytes: number } & (
  | {
      interpreter: Pick<PythonEnvironment, 'python' | 'version'>;
      env: Record<string, string>;
      cwd: string;
      /** Whether it can become a template. */
      forks?: boolean;
      /** Without address randomisation. */
      fixedAddresses?: boolean;
      /** What it finds where others find something else. */
      view?: ViewStep[];
      /** As which user it runs, if not as the worker's; it must be free. */
      user?: number;
      /** Whether that one may use the network. */
      network?: boolean;
      /** What it executes in the place of runner.py, with its arguments: it gets no task, and tells nothing. */
      program?: string[];
    }
  | { template: string }
);

export type Prepared = Told<'prepared'> | Seen<'ended'>;

/** One Python process that runs tasks. */
export interface RunnerProcess {
  /** Unique among the supervisor's processes. */
  readonly name: string;
  readonly seen: SeenIdentity;
  readonly living: boolean;
  /**
   * Lets it load a bundle before there is a task, or become a template.
   *
   * @param line of JSON; see python/runner.py
   * @returns `prepared`, or how it `ended` instead; undefined when the supervisor was lost
   */
  prepare(line: string): Promise<Prepared | undefined>;
  /** @param signal aborted: the process and all that it started are killed, with `NoLongerWanted` after the grace. Rejects when the supervisor is lost. */
  run(assignment: Assignment, signal: AbortSignal): Promise<TaskRecord>;
  /** Lets it leave by itself, or kills it. Resolves when nothing is left of it; undefined when the supervisor was lost. */
  retire(how: 'release' | 'stop'): Promise<Seen<'ended'> | undefined>;
}

/** The interpreter cannot be executed, now or later. */
export class CannotExecute extends Error {}

/**
 * Starts a runner, which then waits for tasks.
 *
 * @throws CannotExecute; ForkFailed; another error when this machine cannot start a process now
 */
export function startRunner(supervisor: Supervisor, start: RunnerStart): Promise<RunnerProcess> {
  const name = randomUUID();
  return new Promise((resolveStarted, rejectStarted) => {
    let living = true;
    let assigned = false;
    let ready: TaskRecord['ready'];
    let task: Partial<TaskRecord> = {};
    let enteredNow: (() => void) | undefined;
    /** Its end when that came before its first task: an interpreter that dies at its start. The task is then told so. */
    let before: TaskRecord['end'] | undefined;
    let settle: { resolve(end: TaskRecord['end']): void; reject(error: Error): void } | undefined;
    let goneNow: (end: Seen<'ended'> | undefined) => void = () => {};
    let preparedNow: (how: Prepared | undefined) => void = () => {};
    const prepared = new Promise<Prepared | undefined>((resolve) => {
      preparedNow = resolve;
    });
    const gone = new Promise<Seen<'ended'> | undefined>((resolve) => {
      goneNow = resolve;
    });
    const hear = (message: RunnerMessage) => {
      const at = performance.now();
      if (message.type === 'ready') ready = { ...message, at };
      else if (message.type === 'prepared') preparedNow({ ...message, at });
      else if (message.type === 'entered') {
        task.entered = { ...message, at };
        enteredNow?.();
      } else task.done = { ...message, at };
    };
    const leave = (end?: Seen<'ended'>) => {
      living = false;
      preparedNow(end);
      goneNow(end);
    };
    const runner = (seen: SeenIdentity): RunnerProcess => ({
      name,
      seen,
      prepare(line) {
        supervisor.send({ command: 'prepare', process: name, line });
        return prepared;
      },
      get living() {
        return living;
      },
      async run(assignment, signal) {
        const assignedAt = performance.now();
        if (before) {
          const end = await withLog(before, assignment);
          return { seen, ready, assignedAt, entered: undefined, done: undefined, limit: task.limit, end };
        }
        if (!living) throw new Error('Cannot run a task: the process that was to run it has ended.');
        assigned = true;
        task = {};
        enteredNow = assignment.onEntered;
        const ended = new Promise<TaskRecord['end']>((resolve, reject) => {
          settle = { resolve, reject };
        });
        supervisor.send({
          command: 'assign',
          process: name,
          task: assignment.task,
          timeout_ms: assignment.timeoutMs,
          grace_ms: assignment.graceMs,
          log_path: assignment.logPath,
          log_head: assignment.logHead,
          last: assignment.last,
        });
        const cancel = () =>
          supervisor.send({
            command: 'stop',
            process: name,
            reason: 'cancelled',
            gently: signal.reason instanceof NoLongerWanted,
          });
        if (signal.aborted) cancel();
        signal.addEventListener('abort', cancel, { once: true });
        try {
          const end = await withLog(await ended, assignment);
          return { seen, ready, assignedAt, entered: task.entered, done: task.done, limit: task.limit, end };
        } finally {
          signal.removeEventListener('abort', cancel);
          settle = undefined;
        }
      },
      async retire(how) {
        if (living) {
          if (how === 'release') supervisor.send({ command: 'release', process: name });
          else supervisor.send({ command: 'stop', process: name, reason: 'stopped', gently: false });
        }
        return gone;
      },
    });
    supervisor.listen(name, {
      onEvent(event) {
        if (event.event === 'started') resolveStarted(runner(event.identity));
        else if (event.event === 'failed') rejectStarted(notStarted(start, event));
        else if (event.event === 'control') hear(event.message);
        else if (event.event === 'limit') {
          // A process that is being ended for one limit may meet another one.
          const beforeResult = task.limit?.beforeResult ?? task.done === undefined;
          task.limit = { ...event, beforeResult };
        } else {
          const end = { ...event, at: performance.now() };
          if (event.event === 'ended') {
            leave(event);
            if (!assigned) before = end;
          }
          settle?.resolve(end);
        }
      },
      onLost(error) {
        leave();
        rejectStarted(error);
        settle?.reject(error);
      },
    });
    supervisor.send(startCommand(name, start));
  });
}

/** One that ended before it was told where to log has a log all the same; where the disk is full, an empty one. */
async function withLog(end: TaskRecord['end'], { logPath, logHead }: Assignment): Promise<TaskRecord['end']> {
  if (end.log.bytes > 0) return end;
  const text = end.log.failure === '' ? `${logHead}\n${end.unlogged}` : '';
  await writeFile(logPath, text, { flag: 'a' });
  return { ...end, log: { ...end.log, bytes: Buffer.byteLength(text) } };
}

function startCommand(name: string, start: RunnerStart): SupervisorCommand {
  const memory = { memory_limit_bytes: start.memoryLimitBytes };
  if ('template' in start) return { command: 'fork', process: name, template: start.template, ...memory };
  return {
    command: 'start',
    process: name,
    argv: [
      start.interpreter.python,
      ...runnerFlags(start.interpreter.version),
      ...(start.program ?? [join(packageRoot, 'src', 'runner', 'python', 'runner.py')]),
    ],
    env: start.env,
    cwd: start.cwd,
    view: start.view ?? [],
    forks: start.forks ?? false,
    fixed_addresses: start.fixedAddresses ?? false,
    ...(start.user !== undefined && { user: start.user, network: start.network ?? true }),
    ...memory,
  };
}

function notStarted(start: RunnerStart, { error, final }: Seen<'failed'>): Error {
  if (final) return new CannotExecute(error);
  if ('template' in start) return new ForkFailed(error);
  return new Error(
    `Cannot start the Python process: ${error}. This machine must have room for one more process and its pipes.`,
  );
}
