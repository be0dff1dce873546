import type { TaskLimits } from '../contracts/bundle/task-limits.js';
import type { JobManifest } from '../contracts/job/job-manifest.js';
import type { TaskLine } from '../contracts/job/task-line.js';
import type { StopRule } from '../contracts/message/stop-rule.js';
import type { JobToSubmit } from '../jobs/submission/submit-job.js';
import { toolVersion } from '../package/tool-version.js';
import { whoever } from './whoever.js';

/** A job whose tasks are planned. */
export interface PlannedJob
  extends Pick<
    JobManifest,
    'targets' | 'min_replicates' | 'parameter_sets' | 'said' | 'sampling' | 'source'
  > {
  jobId: string;
  lines: TaskLine[];
  /** Whether every task demands a fresh process. */
  cold: boolean;
  /** Whether stored results answer. */
  cache: boolean;
  terms: TaskLimits & StopRule;
  run: string | undefined;
  priority: number | undefined;
}

/** What is written down and sent for a job, with who submits it and by which version. */
export async function jobToSubmit({
  jobId,
  lines,
  cold,
  cache,
  terms,
  run,
  priority,
  ...said
}: PlannedJob): Promise<JobToSubmit> {
  const by = whoever();
  return {
    manifest: {
      job_id: jobId,
      bundle_refs: [...new Set(lines.map(({ message }) => message.bundle_ref))],
      ...(cold && { executor: 'cold' as const }),
      ...(by !== undefined && { submitted_by: by }),
      ...said,
      tool_version: await toolVersion(),
    },
    ...{ lines, run, terms, noCache: !cache, priority },
  };
}
