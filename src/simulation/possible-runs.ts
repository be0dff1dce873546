import { type TaskInvocation, withExecutor } from './task-invocation.js';

/** The ways in which a task may have run, of which only its bundle can tell the right one. */
export function possibleRuns(invocation: TaskInvocation): TaskInvocation[] {
  if (invocation.executor !== 'cold') return [invocation, withExecutor('cold', invocation)];
  return invocation.coldDemanded ? [invocation] : [invocation, withExecutor('forkserver', invocation)];
}
