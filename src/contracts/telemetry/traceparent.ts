import { z } from 'zod';
import { mustBe } from '../validation/must-be.js';

const form = mustBe('a W3C traceparent, "00-<32 hex digits>-<16 hex digits>-<2 hex digits>"');

/** W3C Trace Context: which trace the sender is in. */
export const Traceparent = z
  .string(form)
  .regex(/^(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}$/, form);
