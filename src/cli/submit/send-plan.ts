import { jobToSubmit } from '../../client/job-to-submit.js';
import { readTelemetry } from '../../config/read-telemetry.js';
import type { Settings } from '../../config/settings.js';
import type { OpenStorage } from '../../connections/open-storage.js';
import type { TelemetryPlace } from '../../contracts/telemetry/telemetry-place.js';
import { JobExists } from '../../jobs/submission/job-exists.js';
import { type JobToSubmit, type SubmittedJob, submitJob } from '../../jobs/submission/submit-job.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { CliContext } from '../cli-context.js';
import { createProgress } from '../terminal/create-progress.js';
import type { Output } from '../terminal/output.js';
import type { SubmissionPlan } from './plan-submission.js';
import type { SubmitOptions } from './submit-options.js';

/**
 * Writes down a job and sends its tasks, with a bar.
 *
 * @throws UsageError when there is another job of its name
 */
export async function sendPlan(
  storage: OpenStorage,
  plan: SubmissionPlan,
  options: Pick<SubmitOptions, 'cache' | 'coldMode' | 'run'>,
  { output, context }: { output: Output; context: CliContext },
): Promise<SubmittedJob> {
  const telemetry = readTelemetry(context.env, storage.settings);
  const progress = createProgress(output.progress, 'Sending');
  const job = await jobToSubmit({
    ...{
      jobId: plan.jobId,
      lines: plan.lines,
      source: plan.source,
      priority: plan.priority,
      run: options.run,
    },
    ...{ cold: options.coldMode ?? false, cache: options.cache, terms: { ...plan.limits, ...plan.stop } },
    ...plan.comparison,
    ...(plan.said && { said: plan.said }),
    ...(plan.sampling && { sampling: plan.sampling }),
  });
  return traced(telemetry, storage.settings, job, (traceparent) =>
    submitJob(storage, { ...job, traceparent }, context.signal, (done, total) =>
      progress.update({ done, total }),
    ),
  )
    .catch((error: unknown) => {
      throw error instanceof JobExists ? new UsageError(error.message, { cause: error }) : error;
    })
    .finally(() => progress.end());
}

/** Submits within a span where telemetry is configured; without, the messages still are in one trace. */
async function traced<T>(
  place: TelemetryPlace | undefined,
  settings: Settings,
  job: JobToSubmit,
  submit: (traceparent?: string) => Promise<T>,
): Promise<T> {
  if (!place) return submit();
  const { traceSubmission } = await import('../../telemetry/trace-submission.js');
  const queueName = settings.MODELOPS_QUEUE_NAME;
  return traceSubmission(place, { jobId: job.manifest.job_id, tasks: job.lines.length, queueName }, submit);
}
