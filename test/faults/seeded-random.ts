/** Random numbers that are the same for the same seed. */
export interface Random {
  /** In [from, to). */
  between(from: number, to: number): number;
  /** A whole number, both ends included. */
  whole(from: number, to: number): number;
  chance(share: number): boolean;
  /** @throws of nothing */
  pick<T>(from: readonly T[]): T;
  /** Different ones, in random order. */
  several<T>(from: readonly T[], count: number): T[];
  /** Another source, so that what is drawn of one has no effect on the other. */
  fork(): Random;
}

/** Mulberry32, by Tommy Ettinger: 32 bits of state are enough for campaigns. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const between = (from: number, to: number) => from + next() * (to - from);
  const whole = (from: number, to: number) => Math.floor(between(from, to + 1));
  return {
    between,
    whole,
    chance: (share) => next() < share,
    pick(from) {
      const at = whole(0, from.length - 1);
      if (from.length === 0) throw new Error('Cannot pick one of nothing.');
      return from[at] as (typeof from)[number];
    },
    several(from, count) {
      const left = [...from];
      return Array.from({ length: Math.min(count, left.length) }, () => {
        const [one] = left.splice(whole(0, left.length - 1), 1);
        return one as (typeof from)[number];
      });
    },
    fork: () => seededRandom(Math.floor(next() * 2 ** 32)),
  };
}
