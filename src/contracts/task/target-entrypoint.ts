import { z } from 'zod';
import { isWellFormed } from '../json/is-well-formed.js';
import { mustBe } from '../validation/must-be.js';

const complaint = mustBe('"module:function" or "module/function"');

/** The function that compares the results of a parameter set with data, in both of ModelOps' spellings. */
export const TargetEntrypoint = z
  .string(complaint)
  .regex(/^[^\s:/]+[:/][^\s:/]+$/, complaint)
  .refine(isWellFormed, 'holds half a surrogate pair, which is no Unicode text');
