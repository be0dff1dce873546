import { z } from 'zod';
import { closedObject } from '../validation/closed-object.js';
import { mustBe } from '../validation/must-be.js';
import { SafeName } from '../validation/safe-name.js';
import { Entrypoint } from './entrypoint.js';

/** A function that compares results with data: `package.module:function`. */
export const TargetName = z
  .string(mustBe('"module:function"'))
  .regex(/^[^\s:]+:[^\s:/]+$/, mustBe('"module:function"'));

/** Asks to try out a bundle instead of running it. The `id` makes each check one of its own: none is ever cached. */
export const CheckRequest = closedObject('a check', {
  id: SafeName,
  entrypoints: z.array(Entrypoint, mustBe('a list of entrypoints')),
  targets: z.array(TargetName, mustBe('a list of names such as "module:function"')),
});
export type CheckRequest = z.infer<typeof CheckRequest>;

const Checked = z.object({
  name: z.string(),
  /** `unknown`: no module of that name is there, and the wire function may know better what it means. */
  state: z.enum(['found', 'missing', 'unknown']),
  /** Why it is not found; empty when it is. */
  reason: z.string(),
  /** The module that could not be imported, when that is why. */
  missing_module: z.string().nullable(),
});

/** What a check found: its output `preflight`. */
export const CheckReport = z.object({
  /** Why no task can call the wire function; empty when it can. An app of before does not say. */
  wire_problem: z.string().default(''),
  entrypoints: z.array(Checked),
  targets: z.array(Checked),
});
export type CheckReport = z.infer<typeof CheckReport>;
