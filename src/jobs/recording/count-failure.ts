import type { ContainerClient } from '@azure/storage-blob';
import { createOnce } from '../../azure-backend/create-once.js';
import type { Cancellation } from '../../contracts/job/cancellation.js';
import { stringifyJson } from '../../contracts/json/stringify-json.js';
import { counted } from '../../reporting/counted.js';
import type { JobRecords } from '../../simulation/ports.js';
import { cancellationPath, failuresPrefix } from '../job-paths.js';

const json = 'application/json';

/**
 * Counts failures by an empty blob for each, so that a count lists these alone, and never the outcomes of a large run. Whoever finds that
 * there are too many writes the cancellation, under a name of its own: it is written once, whoever comes first.
 */
export function countFailure(container: ContainerClient): JobRecords['countFailure'] {
  return async (run, rule, { taskId, paramId }) => {
    const { stop_after_failures: ofRun, stop_set_after_failures: ofSet } = rule;
    await createOnce(container, `${failuresPrefix(run, paramId)}${taskId}`, '', 'text/plain');
    const stop = async (id: string, what: Partial<Cancellation>, reason: string) => {
      const cancelled_at = new Date().toISOString();
      const cancellation = { tasks: [], ...what, reason, cancelled_at } satisfies Cancellation;
      await createOnce(container, cancellationPath(run, id), stringifyJson(cancellation), json);
    };
    if (ofRun !== undefined && (await areAsMany(container, failuresPrefix(run), ofRun)))
      await stop(
        'failures',
        { tasks: null },
        `The task was cancelled because ${counted(ofRun, 'task')} of its run had failed (stop_after_failures).`,
      );
    else if (ofSet !== undefined && (await areAsMany(container, failuresPrefix(run, paramId), ofSet)))
      await stop(
        `failures-${paramId}`,
        { param_ids: [paramId] },
        `The task was cancelled because ${counted(ofSet, 'task')} of its parameter set had failed (stop_set_after_failures).`,
      );
  };
}

async function areAsMany(container: ContainerClient, prefix: string, least: number): Promise<boolean> {
  let count = 0;
  for await (const _ of container.listBlobsFlat({ prefix })) if (++count >= least) return true;
  return false;
}
