import type { Scalar } from '../contracts/json/scalar.js';
import type { OutcomeKind } from '../contracts/result/outcome.js';
import type { DifferingFact } from './causes/differing-facts.js';
import type { Cause } from './causes/likely-causes.js';
import type { OutputDifference } from './content-difference.js';

/** How a task ended that did not succeed. */
export interface TaskEnd {
  outcome: OutcomeKind;
  /** One sentence. */
  reason: string;
  /** Of what it raised, as `ValueError`; absent where it raised nothing. */
  error_type?: string;
}

/** A task whose two results are not the same, or that did not end alike. */
export interface TaskDifference {
  /** In the first. */
  task_id: string;
  /** Another one when the bundles are not the same. */
  second_task_id: string;
  entrypoint: string;
  params: Record<string, Scalar>;
  seed: bigint;
  /** How it ended the first time, when that was no success. */
  first_ended?: TaskEnd;
  /** How it ended the second time, when that was no success. */
  ended?: TaskEnd;
  outputs: OutputDifference[];
  /** Whether the contents were looked at; otherwise the digests alone tell that they differ. */
  looked_at: boolean;
  facts: DifferingFact[];
  causes: Cause[];
}

/** What comes of comparing two results for each of many tasks. */
export interface Comparison {
  /** Tasks of which it is known whether they are the same: that succeeded in both, or of which it is asked how they ended. */
  compared: number;
  /** Of these, tasks all of whose outputs have the same bytes, or that failed in the same way. */
  same: number;
  /** Of the same ones, tasks that failed both times; absent where only those are compared that succeeded. */
  failed_alike?: number;
  /** Of the same ones, tasks for which both name one stored result: they ran once, which shows nothing. */
  one_result: number;
  /** In the order of the first's tasks. */
  different: TaskDifference[];
  /** Tasks whose results could not be had, and why, a sentence each. */
  uncompared: { task_id: string; why: string }[];
}
