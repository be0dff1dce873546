import { setTimeout as delay } from 'node:timers/promises';
import { type Due, dueReason } from './due-reason.js';
import type { InFlight } from './in-flight.js';
import type { OwnMessages } from './own-messages.js';
import type { Receipt } from './receipt.js';

export interface RecyclerOptions {
  /** 0 = never. */
  afterTasks: number;
  /** 0 = never. */
  afterMinutes: number;
  /** Empty when the worker may hold and exit under a full queue; otherwise why it may not. */
  holdRefused: string;
  messages: OwnMessages;
  /**
   * Whatever is to be done before the exit. It takes a bounded time, never rejects, and may be asked for more than once:
   * the worker takes work meanwhile, and then stays.
   */
  settle(due: Due): Promise<void>;
  /** Ends the worker with the exit code that the host takes as intended. */
  exit(reason: string): void;
  log(text: string): void;
}

export interface Recycler {
  /** Runs one task's invocation. The promise stays pending when the answer is withheld. */
  task<T>(receipt: Receipt, work: () => Promise<T>): Promise<T>;
  /** Runs any other invocation of a queue trigger. */
  poison<T>(work: () => Promise<T>): Promise<T>;
  http<T>(work: () => Promise<T>): Promise<T>;
  /** Asks for a new worker as soon as that is possible. */
  markUnclean(reason: string): void;
  status(): { tasks: number; minutes: number; due: string; overdue: string };
  /** Stops the clock. */
  close(): void;
}

export interface RecyclerTiming {
  /** An answer leaves the worker within tens of milliseconds; an exit before that would lose it (measured: 10 ms suffice when it is empty). */
  answerMs: number;
  /** What other invocations get before the exit; waiting for all of them would starve it under traffic. */
  othersMs: number;
  /** How often an idle worker looks at its age. */
  clockMs: number;
}

const usual: RecyclerTiming = { answerMs: 100, othersMs: 2_000, clockMs: 15_000 };

/**
 * Replaces the worker after so many tasks or minutes, or when something is left that only a new one is rid of.
 *
 * Queue quiet: the exit comes from a timer, with nothing in flight. Queue full: the next message would reach this worker
 * within milliseconds of an answer, so an invocation that has committed deletes its own message and withholds its answer;
 * the host fetches nothing more, and once every queue invocation is held the worker exits. The host fails the held ones,
 * finds their messages gone, and starts a new worker: nothing is lost and nothing runs twice.
 */
export function createRecycler(options: RecyclerOptions, timing: RecyclerTiming = usual): Recycler {
  const startedAt = performance.now();
  const inFlight: InFlight = { queue: 0, held: 0, http: 0, lastAnswerAt: startedAt };
  let tasks = 0;
  let unclean: string | undefined;
  let leaving = false;
  let settling = false;
  let quietTimer: NodeJS.Timeout | undefined;

  const minutes = () => (performance.now() - startedAt) / 60_000;
  const due = () => dueReason({ ...options, tasks, minutes: minutes(), unclean });
  const idle = () => inFlight.queue === 0 && inFlight.http === 0;
  const answersSent = () => performance.now() - inFlight.lastAnswerAt >= timing.answerMs;

  const clock = setInterval(leaveWhenQuiet, timing.clockMs);
  clock.unref();

  async function task<T>(receipt: Receipt, work: () => Promise<T>): Promise<T> {
    inFlight.queue += 1;
    try {
      const done = await work();
      tasks += 1;
      if (await mustHold(receipt)) await hold(receipt);
      return done;
    } finally {
      inFlight.queue -= 1;
      answered();
    }
  }

  async function counted<T>(kind: 'queue' | 'http', work: () => Promise<T>): Promise<T> {
    inFlight[kind] += 1;
    try {
      return await work();
    } finally {
      inFlight[kind] -= 1;
      answered();
    }
  }

  function answered(): void {
    inFlight.lastAnswerAt = performance.now();
    if (inFlight.held > 0) void leaveWhenAllHeld();
    else leaveWhenQuiet();
  }

  /** At its last delivery the host would copy a held message to the poison queue, though it is done and deleted. */
  async function mustHold(receipt: Receipt): Promise<boolean> {
    if (!due() || options.holdRefused !== '' || receipt.dequeueCount !== 1) return false;
    return inFlight.held > 0 || (await waiting());
  }

  async function waiting(): Promise<boolean> {
    try {
      return await options.messages.waiting();
    } catch (error) {
      options.log(`Cannot look into the queue, so it counts as full: ${error}`);
      return true;
    }
  }

  /** Never returns. Without the delete the message comes back once, and finds its result. */
  async function hold(receipt: Receipt): Promise<never> {
    try {
      const deleted = await options.messages.delete(receipt);
      if (!deleted) options.log(`Message ${receipt.messageId} comes back once: its receipt was out of date.`);
    } catch (error) {
      options.log(`Message ${receipt.messageId} comes back once: it could not be deleted: ${error}`);
    }
    inFlight.held += 1;
    void leaveWhenAllHeld();
    return new Promise<never>(() => {});
  }

  async function leaveWhenAllHeld(): Promise<void> {
    const why = due();
    if (leaving || !why) return;
    leaving = true;
    const deadline = performance.now() + timing.othersMs;
    let settled = false;
    void options.settle(why).then(() => {
      settled = true;
    });
    while (inFlight.held === inFlight.queue) {
      const outOfPatience = performance.now() >= deadline;
      if ((inFlight.http === 0 && answersSent() && settled) || outOfPatience) return options.exit(why.reason);
      await delay(10);
    }
    leaving = false;
  }

  function leaveWhenQuiet(): void {
    if (!due() || leaving) return;
    clearTimeout(quietTimer);
    quietTimer = setTimeout(leaveIfQuiet, timing.answerMs);
  }

  async function leaveIfQuiet(): Promise<void> {
    const why = due();
    if (!idle() || leaving || settling || !why) return;
    settling = true;
    await options.settle(why);
    settling = false;
    // What came meanwhile looks again when it has been answered.
    if (!idle() || leaving) return;
    if (!answersSent()) return leaveWhenQuiet();
    leaving = true;
    options.exit(why.reason);
  }

  return {
    task,
    poison: (work) => counted('queue', work),
    http: (work) => counted('http', work),
    markUnclean(reason) {
      unclean ??= reason;
    },
    status() {
      const reason = due()?.reason ?? '';
      return { tasks, minutes: minutes(), due: reason, overdue: reason && options.holdRefused };
    },
    close() {
      clearInterval(clock);
      clearTimeout(quietTimer);
    },
  };
}
