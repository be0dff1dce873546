import { isLosslessNumber } from 'lossless-json';
import { z } from 'zod';
import { mustBe } from '../validation/must-be.js';

const range = mustBe('an integer from 0 to 18446744073709551615');

/** A seed, 0 … 2^64−1, in JSON an integer: neither `1.0` nor `"1"`. */
export const Seed = z.preprocess(
  // The limit on the length keeps absurd integers from being computed at all.
  (input) => (isLosslessNumber(input) && /^-?\d{1,20}$/.test(input.value) ? BigInt(input.value) : input),
  z.bigint(range).refine((seed) => seed >= 0n && seed < 2n ** 64n, range),
);
