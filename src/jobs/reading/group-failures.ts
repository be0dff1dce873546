import type { Scalar } from '../../contracts/json/scalar.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import type { OutcomeKind } from '../../contracts/result/outcome.js';
import type { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import type { TaskFailure } from '../../contracts/result/task-failure.js';
import { withoutNumbers } from '../without-numbers.js';

/** Tasks that failed alike: with the same outcome and error, at the same place. */
export interface FailureGroup {
  outcome: OutcomeKind;
  /** Of Python's exception, or the outcome. */
  error_type: string;
  /** Deepest line of the traceback, as in `wire.py, line 8 (wire)`; empty where there is none. */
  place: string;
  /** The commonest of its tasks. */
  reason: string;
  /** How many different reasons there are; numbers in them make no difference. */
  reasons: number;
  tasks: number;
  /** Parameters and the seed, where all its tasks have the same value and not all tasks of the job have. */
  common: Record<string, Scalar>;
  /** One of its tasks, the one with the smallest id. */
  task_id: string;
}

interface Growing {
  group: FailureGroup;
  reasons: Map<string, { reason: string; count: number }>;
  common: Map<string, Scalar> | undefined;
}

/** What is needed of a task that failed. */
export interface FailedTask extends Pick<OutcomeRecord, 'task_id' | 'outcome' | 'params' | 'seed'> {
  failure: TaskFailure;
}

/** Gathers the failures of a job, in whatever order they come. */
export interface FailureGroups {
  /** @returns whether none that was added before had failed alike */
  add(task: FailedTask): boolean;
  /** @param isUniform whether all tasks of the job have this value: then it is nothing that failures have in common */
  groups(isUniform: (parameter: string) => boolean): FailureGroup[];
}

export function groupFailures(): FailureGroups {
  const growing = new Map<string, Growing>();
  return {
    add({ task_id, outcome, params, seed, failure: { reason, error_type, place } }) {
      const errorType = error_type || outcome;
      const key = JSON.stringify([outcome, errorType, place || withoutNumbers(reason)]);
      const values = new Map<string, Scalar>([...Object.entries(params), ['seed', String(seed)]]);
      let of = growing.get(key);
      const isNew = of === undefined;
      if (of === undefined) {
        const group = {
          outcome,
          error_type: errorType,
          place,
          reason,
          reasons: 0,
          tasks: 0,
          common: {},
          task_id,
        };
        of = { group, reasons: new Map(), common: values };
        growing.set(key, of);
      }
      of.group.tasks += 1;
      if (task_id < of.group.task_id) of.group.task_id = task_id;
      const known = of.reasons.get(withoutNumbers(reason)) ?? { reason, count: 0 };
      known.count += 1;
      of.reasons.set(withoutNumbers(reason), known);
      of.common = shared(of.common ?? new Map(), values);
      return isNew;
    },
    groups(isUniform) {
      return [...growing.values()]
        .map(({ group, reasons, common = new Map() }) => ({
          ...group,
          reason: [...reasons.values()].sort((a, b) => b.count - a.count)[0]?.reason ?? group.reason,
          reasons: reasons.size,
          common: Object.fromEntries([...common].filter(([name]) => !isUniform(name))),
        }))
        .sort((a, b) => b.tasks - a.tasks || (a.task_id < b.task_id ? -1 : 1));
    },
  };
}

function shared(these: Map<string, Scalar>, those: Map<string, Scalar>): Map<string, Scalar> {
  return new Map(
    [...these].filter(
      ([name, value]) => those.has(name) && stringifyJson(those.get(name)) === stringifyJson(value),
    ),
  );
}
