import type { ContainerClient } from '@azure/storage-blob';
import type { QueueClient } from '@azure/storage-queue';
import { createOnce } from '../../azure-backend/create-once.js';
import { readTextBlob } from '../../azure-backend/read-text-blob.js';
import { parseDocument } from '../../contracts/json/parse-document.js';
import { aggregationTask } from '../../contracts/message/aggregation-task.js';
import { OutcomeRecord } from '../../contracts/result/outcome-record.js';
import { resultNameOf } from '../../contracts/task/result-name.js';
import type { JobRun, ReplicateSets } from '../../simulation/ports.js';
import { aggregationPath, outcomePath, setPrefix } from '../job-paths.js';
import { outcomeInListing } from '../reading/outcome-in-listing.js';
import { readRetry } from '../reading/read-retries.js';
import { readRunManifest } from '../reading/read-run-manifest.js';
import { standingOutcomes } from '../reading/standing-outcomes.js';
import { messageBody } from '../submission/message-body.js';

/** Runs whose tasks a worker keeps in mind. */
const mostRuns = 8;

/**
 * The parameter sets of runs that have targets. Each of their tasks leaves an empty blob when it has ended, and one listing of those of its
 * set tells whether it was the last: two requests for each, and none for the tasks of other runs.
 */
export function createReplicateSets(jobs: ContainerClient, queue: QueueClient): ReplicateSets {
  const members = new Map<string, Promise<ReadonlySet<string> | undefined>>();

  /** The tasks of a run that has not all of its job; undefined of one that has. */
  function membersOf(run: JobRun): Promise<ReadonlySet<string> | undefined> {
    const key = `${run.jobId}/${run.run}`;
    const known = members.get(key);
    if (known) return known;
    const read = readRunManifest(jobs, run).then(async (manifest) =>
      manifest?.tasks === undefined ? undefined : (await readRetry(jobs, run)).tasks,
    );
    members.set(key, read);
    read.catch(() => members.delete(key));
    for (const oldest of members.keys()) {
      if (members.size <= mostRuns) break;
      members.delete(oldest);
    }
    return read;
  }

  return {
    async end(record, { id, replicates }, isFirst) {
      const run = { jobId: record.job_id, run: record.run };
      const {
        task_id: taskId,
        outcome,
        cached,
        result,
      } = isFirst ? record : await recorded(jobs, run, record);
      const prefix = setPrefix(run.jobId, id);
      await createOnce(jobs, `${prefix}${taskId}/${run.run}`, '', 'text/plain', {
        outcome,
        cached: String(cached),
        ...(result !== undefined && { result: resultNameOf(result) }),
      });
      const retried = await membersOf(run);
      const ends = await listEnds(jobs, prefix);
      const counting = ends.filter((end) => {
        const ofRun = end.run === run.run;
        // What is being retried has not ended before its retry has; of a whole run only what it did itself counts.
        return (
          ofRun || (retried !== undefined && (!retried.has(end.taskId) || hasEnded(ends, end.taskId, run)))
        );
      });
      const standing = standingOutcomes(counting);
      return standing.size < replicates ? undefined : [...standing.values()];
    },

    isAggregated: (run, id) => jobs.getBlobClient(aggregationPath(run, id)).exists(),

    async send(request) {
      await queue.sendMessage(await messageBody(jobs, aggregationTask(request)), { messageTimeToLive: -1 });
    },
  };
}

type End = Awaited<ReturnType<typeof listEnds>>[number];

function hasEnded(ends: End[], taskId: string, { run }: JobRun): boolean {
  return ends.some((end) => end.taskId === taskId && end.run === run);
}

async function listEnds(jobs: ContainerClient, prefix: string) {
  const ends = [];
  for await (const { name, metadata = {}, properties } of jobs.listBlobsFlat({
    prefix,
    includeMetadata: true,
  })) {
    const [taskId = '', run = ''] = name.slice(prefix.length).split('/');
    ends.push({
      taskId,
      run,
      outcome: outcomeInListing(name, metadata),
      cached: metadata.cached === 'true',
      result: metadata.result,
      recordedAt: properties.createdOn ?? properties.lastModified,
    });
  }
  return ends;
}

/** How a task ended that has ended before: the first record is the one that stays. */
async function recorded(
  jobs: ContainerClient,
  run: JobRun,
  { task_id: id }: OutcomeRecord,
): Promise<OutcomeRecord> {
  const path = outcomePath(run, id);
  const text = await readTextBlob(jobs, path);
  if (text === undefined) throw new Error(`Cannot tell how the task ${id} has ended: ${path} was removed.`);
  return parseDocument(OutcomeRecord, text);
}
