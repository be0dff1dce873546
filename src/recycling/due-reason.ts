/** Why the worker should be replaced; empty when it need not. */
export function dueReason(state: {
  afterTasks: number;
  tasks: number;
  afterMinutes: number;
  minutes: number;
  odd: string;
}): string {
  if (state.odd !== '') return state.odd;
  if (state.afterTasks > 0 && state.tasks >= state.afterTasks) {
    return `${state.tasks} tasks run (MODELOPS_RECYCLE_AFTER_TASKS is ${state.afterTasks})`;
  }
  if (state.afterMinutes > 0 && state.minutes >= state.afterMinutes) {
    return `${Math.floor(state.minutes)} minutes old (MODELOPS_RECYCLE_AFTER_MINUTES is ${state.afterMinutes})`;
  }
  return '';
}
