import type { TaskUser } from '../place/task-user.js';
import type { RunnerProcess } from '../process/runner-process.js';

export interface WarmLimits {
  /** Tasks after which a process is retired. */
  maxReuse: number;
  /** Age in milliseconds at which a process is retired. */
  ttlMs: number;
  /** Most processes kept at once; the least recently used one goes. */
  maxProcesses: number;
}

/** A process that is kept, and what to do when it is gone. */
export interface WarmProcess {
  process: RunnerProcess;
  folder: string;
  /** As whom it runs. */
  user: TaskUser;
  dispose(): Promise<void>;
}

export interface WarmProcesses {
  /** Runs `work` in the process for `key`, started when there is none. One task at a time in each process. */
  use<T>(key: string, start: () => Promise<WarmProcess>, work: (warm: WarmProcess) => Promise<T>): Promise<T>;
  close(): Promise<void>;
}

interface Slot {
  kept?: WarmProcess & { uses: number; retireAt: NodeJS.Timeout };
  lastUsed: number;
  waiting: number;
  tail: Promise<unknown>;
}

const longestTimerMs = 2 ** 31 - 1;

/** Keeps Python processes between tasks: the opposite of cold, for comparison and for models that allow it. */
export function createWarmProcesses(limits: WarmLimits): WarmProcesses {
  const slots = new Map<string, Slot>();

  const inTurn = <T>(slot: Slot, work: () => Promise<T>): Promise<T> => {
    slot.waiting += 1;
    const turn = slot.tail.then(work).finally(() => {
      slot.waiting -= 1;
    });
    slot.tail = turn.catch(() => {}); // told to whoever called; the next in line has its own chance
    return turn;
  };

  const retire = async (slot: Slot) => {
    const { kept } = slot;
    if (!kept) return;
    delete slot.kept;
    clearTimeout(kept.retireAt);
    await kept.process.retire('release');
    await kept.dispose();
  };

  const retireAtAge = (slot: Slot) => {
    // Nobody waits for it: a folder that stays is swept by the next worker.
    inTurn(slot, () => retire(slot)).catch((error: unknown) =>
      console.error('Cannot retire a process:', error),
    );
  };

  const makeRoom = async () => {
    while (slots.size >= limits.maxProcesses) {
      const byUse = [...slots].sort(
        ([, a], [, b]) => Math.sign(a.waiting - b.waiting) || a.lastUsed - b.lastUsed,
      );
      const [key, slot] = byUse[0] ?? [];
      if (key === undefined || !slot) return;
      slots.delete(key);
      await inTurn(slot, () => retire(slot));
    }
  };

  let admission: Promise<unknown> = Promise.resolve();
  /** One after the other: while one waits for room, another must not take it. */
  const admit = (key: string): Promise<void> => {
    const turn = admission.then(async () => {
      if (slots.has(key)) return;
      await makeRoom();
      slots.set(key, { lastUsed: 0, waiting: 0, tail: Promise.resolve() });
    });
    admission = turn.catch(() => {}); // told to whoever called
    return turn;
  };

  return {
    async use(key, start, work) {
      while (!slots.has(key)) await admit(key);
      const slot = slots.get(key) as Slot;
      slot.lastUsed = performance.now();
      return inTurn(slot, async () => {
        if (slot.kept && !slot.kept.process.living) await retire(slot);
        if (!slot.kept) {
          const started = await start();
          const retireAt = setTimeout(
            () => retireAtAge(slot),
            Math.min(limits.ttlMs, longestTimerMs),
          ).unref();
          slot.kept = { ...started, uses: 0, retireAt };
        }
        const { kept } = slot;
        kept.uses += 1;
        const result = await work(kept);
        if (kept.uses >= limits.maxReuse || !kept.process.living) await retire(slot);
        return result;
      });
    },
    async close() {
      const all = [...slots.values()];
      slots.clear();
      await Promise.all(all.map((slot) => inTurn(slot, () => retire(slot))));
    },
  };
}
