import { counted } from '../reporting/counted.js';
import type { Reporter } from '../reporting/reporter.js';
import { sameAnswer } from './answer.js';
import type { Change } from './change.js';
import { deltaDebug } from './delta-debug.js';
import type { Culprit, Leak } from './diagnosis.js';
import type { Shortest } from './find-shortest.js';
import type { Laboratory } from './laboratory.js';

/** So many are tried one by one; of more, sets are halved. */
const triedSingly = 24;
/** Where no set mends the answer. */
const triedAtLast = 80;
const setsOfMany = 3;
/** Where the proof shows only some of its times: one right answer may be luck. */
const repeatsOfUnsteady = 5;
/** Where the process ends before it answers, by chance of what lies where in its memory. */
const triesOfEnded = 5;

/**
 * What the tasks before it have changed, and which of it makes the last one wrong: what is put back to its value of the beginning
 * and mends the answer is the cause.
 */
export async function findCulprits(
  laboratory: Laboratory,
  { before, victim, right, wrong, times }: Shortest,
  reporter: Reporter,
): Promise<Pick<Leak, 'culprits' | 'unproved' | 'unseen'>> {
  const sequence = [...before, victim];
  const repeats = wrong < times ? repeatsOfUnsteady : 1;
  const watch = () =>
    laboratory.reuse(sequence, { watch: true }, async ({ answers, changes, unseen }) => {
      const last = answers[before.length];
      return { changes, unseen, isWrong: last !== undefined && !sameAnswer(right, last) };
    });
  let seen = await watch();
  for (let time = 1; time < repeats && !seen.isWrong; time++) seen = await watch();
  const found = firstChanges(seen.changes.slice(0, before.length));
  if (found.size === 0)
    return {
      culprits: [],
      unseen: seen.unseen,
      unproved:
        'Nothing that is watched was changed by the tasks before it: what survives lies where nobody looks, as behind many pointers or in a system library.',
    };
  const restorable = [...found.keys()].filter((key) => found.get(key)?.change.restorable);
  const notRestored = new Map<string, string>();
  const triedAlone = new Set<string>();
  /** Undefined where no answer came: what is put back may leave memory in which its process cannot go on, which mends nothing and disproves nothing. */
  const comesRight = (keys: string[]): Promise<boolean | undefined> =>
    laboratory
      .reuse(
        sequence,
        { restore: [{ before: before.length, from: 0, changes: keys }] },
        async ({ answers, notRestored: failed }) => {
          for (const [key, why] of Object.entries(failed)) notRestored.set(key, why);
          const last = answers[before.length];
          if (last !== undefined && sameAnswer(right, last)) return true;
          return last?.kind === 'ended' && last.outcome === 'crashed' ? undefined : false;
        },
      )
      .catch((error: unknown) => {
        if (laboratory.signal.aborted) throw error;
        return undefined;
      });
  const mends = async (asked: string[]): Promise<boolean> => {
    let ended = 0;
    for (let time = 0; time < repeats; ) {
      const keys = asked.filter((key) => !notRestored.has(key));
      const [only] = keys;
      if (only === undefined) return false;
      if (keys.length === 1) triedAlone.add(only);
      const isRight = await comesRight(keys);
      // Counts for those alone that can be put back: again without the others.
      if (keys.some((key) => notRestored.has(key))) continue;
      if (isRight === undefined && ++ended < triesOfEnded) continue;
      if (!isRight) return false;
      time += 1;
    }
    return true;
  };
  if (seen.isWrong)
    reporter.note(
      `${counted(found.size, 'variable')} ${found.size === 1 ? 'was' : 'were'} changed: putting back what can be, to see what mends the answer.`,
    );
  // Where watching alone mends, putting back anything seems to.
  const sets = seen.isWrong ? await findCauses(restorable, found, mends) : [];
  const causes = sets
    .map((keys) => keys.filter((key) => !notRestored.has(key)))
    .filter((keys) => keys.length > 0);
  const culprits = [...found].map(([key, { change, by }]): Culprit => {
    const cause = causes.find((keys) => keys.includes(key));
    const why = notRestored.get(key);
    const isTried = triedAlone.has(key) && why === undefined;
    return {
      ...change,
      verdict: cause ? 'cause' : isTried ? 'changed' : 'untried',
      ...(why !== undefined && { not_restored: why }),
      together: cause?.filter((other) => other !== key) ?? [],
      brought_by: change.library === null || laboratory.hasLibrary(change.library) ? 'bundle' : 'environment',
      first_changed_by: by,
    };
  });
  const place = ({ verdict }: Culprit) => ['cause', 'changed', 'untried'].indexOf(verdict);
  culprits.sort((a, b) => place(a) - place(b));
  const { unseen } = seen;
  if (causes.length > 0) return { culprits, unseen };
  return {
    culprits,
    unseen,
    unproved: seen.isWrong
      ? 'Restoring what was changed does not mend the answer: what was changed is told, and none of it is proved to be the cause.'
      : 'While it is watched, the task comes out right, so nothing could be proved.',
  };
}

function firstChanges(changes: Change[][]): Map<string, { change: Change; by: number }> {
  const found = new Map<string, { change: Change; by: number }>();
  for (const [by, ofTask] of changes.entries())
    for (const change of ofTask) {
      const known = found.get(change.key);
      // The value before is that of the first change, the value after that of the last.
      if (known) known.change = { ...known.change, after: change.after };
      else found.set(change.key, { change, by });
    }
  return found;
}

/** @returns sets of keys, each of which mends the answer, and from which nothing can be left out */
async function findCauses(
  keys: string[],
  found: Map<string, { change: Change; by: number }>,
  mends: (keys: string[]) => Promise<boolean>,
): Promise<string[][]> {
  if (keys.length <= triedSingly) {
    const singly: string[][] = [];
    for (const key of keys) if (await mends([key])) singly.push([key]);
    if (singly.length > 0) return singly;
  }
  const causes: string[][] = [];
  let left = keys;
  while (causes.length < setsOfMany) {
    const mending = await firstMending(groups(left, found), mends);
    if (mending === undefined) break;
    const cause = await deltaDebug(mending, mends);
    causes.push(cause);
    // Sets that need several have many variants; what mends alone may have another beside it.
    if (cause.length > 1) break;
    left = left.filter((key) => !cause.includes(key));
  }
  if (causes.length > 0 || keys.length <= triedSingly) return causes;
  // Some of what is put back together may spoil what one of it would mend.
  for (const key of keys.slice(0, triedAtLast)) if (await mends([key])) causes.push([key]);
  return causes;
}

/** All of it may do harm where a part of it mends: a pointer is put back whose memory has been given back. */
function groups(keys: string[], found: Map<string, { change: Change; by: number }>): string[][] {
  const of = (belongs: (change: Change) => boolean) =>
    keys.filter((key) => belongs(found.get(key)?.change as Change));
  const libraries = new Set(keys.map((key) => found.get(key)?.change.library ?? ''));
  return [
    of(({ of_bundle }) => of_bundle),
    keys,
    of(({ kind }) => kind === 'native'),
    of(({ kind }) => kind === 'native' || kind === 'heap'),
    of(({ kind }) => kind === 'python'),
    of(({ kind }) => kind === 'process'),
    ...(libraries.size > 2
      ? [...libraries].filter(Boolean).map((name) => of(({ library }) => library === name))
      : []),
  ];
}

async function firstMending(
  sets: string[][],
  mends: (keys: string[]) => Promise<boolean>,
): Promise<string[] | undefined> {
  const tried = new Set<string>();
  for (const set of sets) {
    const id = set.join('\n');
    if (set.length === 0 || tried.has(id)) continue;
    tried.add(id);
    if (await mends(set)) return set;
  }
  return undefined;
}
