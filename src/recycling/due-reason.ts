/** Why the worker should be replaced. */
export interface Due {
  kind: 'tasks' | 'age' | 'odd';
  reason: string;
}

/** Why the worker should be replaced; undefined when it need not. */
export function dueReason(state: {
  afterTasks: number;
  tasks: number;
  afterMinutes: number;
  minutes: number;
  /** What is left that only a new worker is rid of. */
  unclean: string | undefined;
}): Due | undefined {
  if (state.unclean !== undefined) return { kind: 'odd', reason: state.unclean };
  if (state.afterTasks > 0 && state.tasks >= state.afterTasks) {
    const reason = `${state.tasks} tasks run (MODELOPS_RECYCLE_AFTER_TASKS is ${state.afterTasks})`;
    return { kind: 'tasks', reason };
  }
  if (state.afterMinutes > 0 && state.minutes >= state.afterMinutes) {
    const reason = `${Math.floor(state.minutes)} minutes old (MODELOPS_RECYCLE_AFTER_MINUTES is ${state.afterMinutes})`;
    return { kind: 'age', reason };
  }
  return undefined;
}
