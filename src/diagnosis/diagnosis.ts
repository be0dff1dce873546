import type { Scalar } from '../contracts/json/scalar.js';
import type { AnswerDifference } from './answer-difference.js';
import type { Change } from './change.js';
import type { Order } from './orders.js';
import type { Plot } from './plot.js';

/** How a task did at its place of a sequence. `unseen`: an earlier one had ended the process. */
export type Cell = 'same' | 'different' | 'raised' | 'ended' | 'unseen' | 'not-reproducible';

export interface DiagnosedTask {
  params: Record<string, Scalar>;
  seed: bigint;
  param_id: string;
}

export interface DiagnosedOrder {
  name: Order['name'];
  /** Places in `tasks`. */
  sequence: number[];
  /** One for each place of the sequence. */
  cells: Cell[];
  /** The first that is wrong; absent when none is. */
  wrong_from?: {
    /** From 0. */
    position: number;
    /** How many different parameter sets the process had met, this one included. */
    parameter_sets: number;
  };
}

export interface DiagnosedDifference extends AnswerDifference {
  order: Order['name'];
  position: number;
  task: number;
}

/** What of the tasks before it makes a task wrong. */
export interface Trigger {
  /**
   * `count`: that anything ran before, be it the same task; `seeds`: the same parameters with other seeds; `parameters`: other
   * parameters with the same seed; `both`: other parameters with other seeds alone.
   */
  kind: 'count' | 'seeds' | 'parameters' | 'both';
  /** Whether those before it, in another order, leave it right; undefined where there is no other order. */
  order_matters?: boolean;
  tries: { what: 'count' | 'seeds' | 'parameters'; tasks: number; wrong: boolean }[];
}

export interface Culprit extends Change {
  /** `cause`: restoring it mends the answer, alone or with `together`; `changed`: it alone does not; `untried`: it cannot be restored, or was not alone. */
  verdict: 'cause' | 'changed' | 'untried';
  /** Why it could not be restored, where that was tried. */
  not_restored?: string;
  /** Keys of what has to be restored with it. */
  together: string[];
  /** Whose library it is; what is no library counts as the bundle's. */
  brought_by: 'bundle' | 'environment';
  /** Place in the shortest sequence, from 0, of the first task that changed it. */
  first_changed_by: number;
}

export interface ShortestProof {
  /** What is run in one process, in this order; the last one comes out wrong. */
  sequence: DiagnosedTask[];
  /** How often it did, of so many times. */
  wrong: number;
  times: number;
  difference: AnswerDifference;
}

export interface Leak {
  shortest: ShortestProof;
  trigger: Trigger;
  culprits: Culprit[];
  /** Why no culprit is proved, a sentence; absent when one is. */
  unproved?: string;
  /** What could not be looked into, in sentences. */
  unseen: string[];
}

export interface Diagnosis {
  bundle_ref: string;
  entrypoint: string;
  tasks: DiagnosedTask[];
  verdict: 'clean' | 'leak' | 'not-reproducible';
  /** Tasks that differ from themselves, each in a fresh process, or alone in a process that would be reused. */
  not_reproducible: (AnswerDifference & { task: number; alone: boolean })[];
  /** Tasks that end their process cold, too, and are left out of every sequence; a sentence each. */
  left_out: { task: number; why: string }[];
  orders: DiagnosedOrder[];
  shuffle_seed: number;
  /** Cells that are wrong; contents were compared of the first ones. */
  differences: DiagnosedDifference[];
  plots: Plot[];
  leak?: Leak;
  seconds: number;
}
