import { z } from 'zod';
import { closedObject } from '../validation/closed-object.js';
import { mustBe } from '../validation/must-be.js';

/** A message whose body was too large for the queue and stands in a blob of the jobs container. */
export const BodyReference = closedObject('a reference to a body, which holds all other fields', {
  body_ref: z
    .string(mustBe('text'))
    .regex(/^bodies\/[0-9a-f]{64}$/, 'must be "bodies/<64 hex digits>", the SHA-256 of the body'),
});
export type BodyReference = z.infer<typeof BodyReference>;
