import type { z } from 'zod';
import type { TaskLimits } from '../bundle/task-limits.js';
import type { Scalar } from '../json/scalar.js';
import { closedObject } from '../validation/closed-object.js';
import { taskFields } from './task-fields.js';

/** One simulation: which code, which parameters, which seed, and what it may take. Field names are those of modelops-contracts, and those of limits a bundle's. */
export interface SimTask extends TaskLimits {
  /** `sha256:<64 hex>` or `repository@sha256:<64 hex>` */
  bundle_ref: string;
  /** `pkg.mod[.Class]/scenario` or `pkg.mod:object` */
  entrypoint: string;
  params: { param_id: string; values: Record<string, Scalar> };
  /** 0 … 2^64−1 */
  seed: bigint;
  /** Names of the outputs to keep, sorted; all when absent. */
  outputs?: string[];
  config?: Record<string, unknown>;
  env?: Record<string, string>;
}

/** Reads a task from JSON that `parseJson` gave; a task that it returned reads as itself. */
export const SimTask: z.ZodType<SimTask> = closedObject('a task', taskFields);
