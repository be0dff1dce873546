import { z } from 'zod';
import { WholeNumber } from '../json/number.js';
import { mustBe } from '../validation/must-be.js';

const most = 2 ** 32 - 1;
const what = `"random" or a whole number from 0 to ${most}`;

/** With what Python hashes text and bytes, and so the order of their sets: the same in every process, or `random` in each. */
export const HashSeed = z.union(
  [z.literal('random'), WholeNumber.refine((seed) => seed >= 0 && seed <= most, mustBe(what))],
  mustBe(what),
);
export type HashSeed = z.infer<typeof HashSeed>;

/** As PYTHONHASHSEED has it; undefined where Python would not start with this text, or take it for another one. */
export function hashSeedOf(text: string): HashSeed | undefined {
  return HashSeed.safeParse(/^\d+$/.test(text) ? Number(text) : text).data;
}

/** Why PYTHONHASHSEED cannot have this value; undefined when it can. */
export function whyNoHashSeed(text: string): string | undefined {
  return hashSeedOf(text) === undefined ? `is ${JSON.stringify(text)}: it must be ${what}` : undefined;
}
