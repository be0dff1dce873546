import type { BundleMetadata } from '../contracts/bundle/bundle-metadata.js';
import { ForkRefused } from './fork-refused.js';
import { type TaskInvocation, withExecutor } from './task-invocation.js';
import { whyNotForked } from './why-not-forked.js';

/** How a task runs once its bundle is known, and what its log is to say of that. Never in a weaker way than demanded. */
export function decideRun(
  invocation: TaskInvocation,
  metadata: BundleMetadata,
): { invocation: TaskInvocation; remarks: string[] } {
  // A target does not run what could be forked.
  if (invocation.task.aggregate) return { invocation, remarks: [] };
  if (invocation.executor !== 'cold') {
    return {
      invocation: metadata.requires_fresh_process === true ? withExecutor('cold', invocation) : invocation,
      remarks: [],
    };
  }
  if (metadata.start_method !== 'forkserver') return { invocation, remarks: [] };
  const why = whyNotForked(metadata, invocation.coldDemanded);
  return why === undefined
    ? { invocation: withExecutor('forkserver', invocation), remarks: [] }
    : { invocation, remarks: [new ForkRefused(why).message] };
}
