import type { Lines } from '../../contracts/job/expansion.js';
import type { ExpansionStore, ListedExpansion, OpenExpansion } from './expansion-store.js';
import { Overtaken } from './overtaken.js';

export interface ExpansionLimits {
  /** Messages that the queue of tasks may have in all. */
  window: number;
  /** Most messages that a run sends before another has its turn. */
  chunk: number;
  /** How long after it is marked what is unsure is sent again: until then every worker knows the mark. */
  graceMs: number;
}

export interface ExpandedRuns {
  sent: number;
  /** How many messages the queue could still have taken before, and after. */
  room: { before: number; after: number };
  /** Expansions that go on. */
  left: ListedExpansion[];
}

/**
 * Sends messages of the runs that are being expanded until the queue has as many as it may: of those of the highest priority first,
 * and of these in turn, as many of each as of the others.
 *
 * A crash at any point, a second expander at the same time, and storage that fails are all the same to it: before messages are sent it is
 * written down which, and after that they are known to be sent. Those of which it is not known are marked, and sent again later; which of
 * the two messages of a task runs is then for the workers to settle, by a claim.
 *
 * @param mayGoOn asked between chunks
 * @throws on trouble with storage, everything that is known written down as far as that was possible
 */
export async function expandRuns(
  store: ExpansionStore,
  { window, chunk, graceMs }: ExpansionLimits,
  now: () => Date,
  mayGoOn: () => boolean,
): Promise<ExpandedRuns> {
  const before = window - (await store.waiting());
  let room = before;
  let sent = 0;
  const listed = await store.list();
  const left = new Set(listed);
  const changed = new Set<OpenExpansion>();

  /** @returns undefined when nothing is left to be done for it now */
  async function open(one: ListedExpansion): Promise<OpenExpansion | undefined> {
    const opened = await store.open(one);
    if (opened === undefined) {
      left.delete(one);
      return undefined;
    }
    const { state } = opened;
    if (state.sending !== undefined) {
      const lines = { from: state.sent, to: state.sent + state.sending };
      await store.markUnsure(state, lines.from, lines.to);
      state.again.push({ ...lines, not_before: new Date(now().getTime() + graceMs).toISOString() });
      state.sent = lines.to;
      delete state.sending;
      await store.save(opened);
    }
    const reason = store.cancelled(one);
    if (reason !== undefined && state.sent < state.end) {
      await store.leaveOut(state, state.sent, reason);
      state.end = state.sent;
      await store.save(opened);
    }
    return (await isFinished(one, opened)) ? undefined : opened;
  }

  async function isFinished(one: ListedExpansion, opened: OpenExpansion): Promise<boolean> {
    const { sent: done, end, again } = opened.state;
    if (done < end || again.length > 0) return false;
    await store.finish(opened);
    changed.delete(opened);
    left.delete(one);
    return true;
  }

  async function sendSome(opened: OpenExpansion, most: number): Promise<number> {
    const { state } = opened;
    const [first] = state.again;
    state.served_at = now().toISOString();
    if (first !== undefined && isDue(first)) {
      const some = Math.min(most, first.to - first.from);
      await store.send(state, first.from, first.from + some);
      first.from += some;
      if (first.from === first.to) state.again.shift();
      changed.add(opened);
      return some;
    }
    const count = Math.min(most, state.end - state.sent);
    state.sending = count;
    await store.save(opened);
    changed.delete(opened);
    await store.send(state, state.sent, state.sent + count);
    state.sent += count;
    delete state.sending;
    changed.add(opened);
    return count;
  }

  const isDue = ({ not_before }: Lines & { not_before: string }) => Date.parse(not_before) <= now().getTime();
  const canSend = ({ state }: OpenExpansion) =>
    state.sent < state.end || (state.again[0] !== undefined && isDue(state.again[0]));

  async function serve(turns: ListedExpansion[]): Promise<void> {
    let group: { one: ListedExpansion; opened: OpenExpansion }[] = [];
    for (const one of turns) {
      const opened = await unlessOvertaken(() => open(one));
      if (opened !== undefined && canSend(opened)) group.push({ one, opened });
    }
    while (group.length > 0 && room > 0 && mayGoOn()) {
      const staying: typeof group = [];
      const most = Math.min(chunk, Math.ceil(room / group.length));
      for (const { one, opened } of group) {
        if (room <= 0 || !mayGoOn()) return;
        const stays = await unlessOvertaken(async () => {
          const count = await sendSome(opened, Math.min(most, room));
          room -= count;
          sent += count;
          return !(await isFinished(one, opened)) && canSend(opened);
        });
        if (stays) staying.push({ one, opened });
      }
      group = staying;
    }
  }

  try {
    // Of a run that was cancelled nothing is to be sent: the queue need have no room for that.
    for (const one of listed) if (store.cancelled(one) !== undefined) await unlessOvertaken(() => open(one));
    for (const turns of byPriority([...left])) {
      if (room <= 0 || !mayGoOn()) break;
      await serve(turns);
    }
  } finally {
    for (const opened of changed) await unlessOvertaken(() => store.save(opened));
  }
  return { sent, room: { before, after: room }, left: [...left] };
}

/** The highest first, and in each those first that have waited longest for their turn. */
function byPriority(listed: ListedExpansion[]): ListedExpansion[][] {
  const groups = new Map<number, ListedExpansion[]>();
  for (const one of listed) groups.set(one.priority, [...(groups.get(one.priority) ?? []), one]);
  return [...groups]
    .sort(([a], [b]) => b - a)
    .map(([, turns]) => turns.sort((a, b) => (a.servedAt < b.servedAt ? -1 : 1)));
}

/** Whoever has overtaken sends the rest. */
async function unlessOvertaken<T>(work: () => Promise<T>): Promise<T | undefined> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Overtaken) return undefined;
    throw error;
  }
}
