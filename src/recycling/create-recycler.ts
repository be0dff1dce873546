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
  /** When the host does not look at its queue: so long after the last answer, and from then on always so much later. */
  quiet: { waitMs: number; againMs: number };
  /** Whether the host is about to be stopped: then every answer is withheld, so that it fetches nothing more, and the worker stays. */
  stopping(): boolean;
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
  /** Whether more tasks are to begin in this worker: not when those that have begun are enough to replace it. */
  moreTasks(): boolean;
  /** Asks for a new worker as soon as that is possible. */
  markUnclean(reason: string): void;
  status(): { tasks: number; minutes: number; due: string; overdue: string };
  /** Stops the clock. */
  close(): void;
}

export interface RecyclerTiming {
  /**
   * An answer leaves the worker within tens of milliseconds; an exit before that would lose it (measured: 10 ms suffice when it is empty). And within as many
   * comes what the host has fetched together with a message that is here.
   */
  underWayMs: number;
  /** What other invocations get before the exit; waiting for all of them would starve it under traffic. */
  othersMs: number;
  /** How often an idle worker looks at its age. */
  clockMs: number;
}

const usual: RecyclerTiming = { underWayMs: 100, othersMs: 2_000, clockMs: 15_000 };

/**
 * Replaces the worker after so many tasks or minutes, or when something is left that only a new one is rid of.
 *
 * Queue quiet: the exit comes in a pause of the host's polling, with nothing in flight and the queue seen empty right before.
 * Queue full: the next message would reach this worker within milliseconds of an answer, so an invocation that has committed
 * deletes its own message and withholds its answer; the host fetches nothing more, and once every queue invocation is held the
 * worker exits. The host fails the held ones, finds their messages gone, and starts a new worker: nothing is lost and nothing
 * runs twice. What comes while the worker waits for a quiet moment is held too, or a steady trickle would put it off for ever.
 */
export function createRecycler(options: RecyclerOptions, timing: RecyclerTiming = usual): Recycler {
  const startedAt = performance.now();
  const inFlight: InFlight = {
    queue: 0,
    held: 0,
    http: 0,
    lastPassedAt: startedAt,
    lastQueueAnswerAt: startedAt,
  };
  /** Tasks. It is due with those that have begun, so that each of the last ones is held, and no answer of theirs has to be waited for. */
  let begun = 0;
  let ended = 0;
  let unclean: string | undefined;
  let leaving = false;
  let blind = false;
  let quietTimer: NodeJS.Timeout | undefined;

  const minutes = () => (performance.now() - startedAt) / 60_000;
  const due = (tasks = begun) => dueReason({ ...options, tasks, minutes: minutes(), unclean });
  const nothingUnderWay = () => performance.now() - inFlight.lastPassedAt >= timing.underWayMs;

  const clock = setInterval(leaveWhenPossible, timing.clockMs);
  clock.unref();

  async function task<T>(receipt: Receipt, work: () => Promise<T>): Promise<T> {
    const wasDue = due(ended) !== undefined;
    begun += 1;
    return counted('queue', async () => {
      const done = await work();
      ended += 1;
      if (await mustHold(receipt, wasDue)) await hold(receipt);
      return done;
    });
  }

  async function counted<T>(kind: 'queue' | 'http', work: () => Promise<T>): Promise<T> {
    inFlight[kind] += 1;
    if (kind === 'queue') inFlight.lastPassedAt = performance.now();
    try {
      return await work();
    } finally {
      inFlight[kind] -= 1;
      inFlight.lastPassedAt = performance.now();
      if (kind === 'queue') inFlight.lastQueueAnswerAt = inFlight.lastPassedAt;
      leaveWhenPossible();
    }
  }

  /** At its last delivery the host would copy a held message to the poison queue, though it is done and deleted. */
  async function mustHold(receipt: Receipt, wasDue: boolean): Promise<boolean> {
    if (receipt.dequeueCount !== 1) return false;
    if (options.stopping()) {
      unclean ??= 'answers were withheld for a stop of the host, which did not come';
      return true;
    }
    if (!due() || options.holdRefused !== '') return false;
    return wasDue || inFlight.held > 0 || (await waiting());
  }

  async function waiting(): Promise<boolean> {
    try {
      const isWaiting = await options.messages.waiting();
      blind = false;
      return isWaiting;
    } catch (error) {
      if (!blind) options.log(`Cannot look into the queue, so it counts as full: ${error}`);
      blind = true;
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
    leaveWhenPossible();
    return new Promise<never>(() => {});
  }

  function leaveWhenPossible(): void {
    const why = due();
    if (leaving || !why || options.stopping()) return;
    const allHeld = () => inFlight.held === inFlight.queue;
    if (inFlight.held === 0) leaveWhenQuiet();
    else if (allHeld()) void leave(why, allHeld, async () => true);
  }

  function leaveWhenQuiet(): void {
    const { waitMs, againMs } = options.quiet;
    const over = performance.now() - inFlight.lastQueueAnswerAt - waitMs;
    clearTimeout(quietTimer);
    quietTimer = setTimeout(leaveIfQuiet, over < 0 ? -over : againMs - (over % againMs));
    quietTimer.unref();
  }

  function leaveIfQuiet(): void {
    const why = due();
    if (leaving || !why || inFlight.queue > 0) return;
    const { lastQueueAnswerAt } = inFlight;
    const stillQuiet = () => inFlight.queue === 0 && inFlight.lastQueueAnswerAt === lastQueueAnswerAt;
    void leave(why, stillQuiet, async () => !(await waiting()));
  }

  /** Exits when HTTP requests are answered and everything is settled, or have had their time; stays when it may not any more. */
  async function leave(why: Due, mayLeave: () => boolean, lastLook: () => Promise<boolean>): Promise<void> {
    leaving = true;
    const deadline = performance.now() + timing.othersMs;
    let settled = false;
    const settling = options.settle(why).then(() => {
      settled = true;
    });
    const othersDone = () =>
      (settled && inFlight.http === 0 && nothingUnderWay()) || performance.now() >= deadline;
    while (mayLeave() && !options.stopping()) {
      if (othersDone()) {
        if (!(await lastLook())) break;
        if (mayLeave() && othersDone() && !options.stopping()) return options.exit(why.reason);
      }
      await (settled ? delay(10) : Promise.race([settling, delay(10)]));
    }
    leaving = false;
    leaveWhenPossible();
  }

  return {
    task,
    poison: (work) => counted('queue', work),
    http: (work) => counted('http', work),
    moreTasks: () => options.holdRefused !== '' || due() === undefined,
    markUnclean(reason) {
      unclean ??= reason;
    },
    status() {
      const reason = due()?.reason ?? '';
      return { tasks: ended, minutes: minutes(), due: reason, overdue: reason && options.holdRefused };
    },
    close() {
      clearInterval(clock);
      clearTimeout(quietTimer);
    },
  };
}
