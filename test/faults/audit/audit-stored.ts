import type { ContainerClient } from '@azure/storage-blob';
import { readTextBlob } from '../../../src/azure-backend/read-text-blob.js';
import { parseDocument } from '../../../src/contracts/json/parse-document.js';
import { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { endedTasks } from '../../../src/jobs/ended-tasks.js';
import { findJob } from '../../../src/jobs/reading/find-job.js';
import { listProgress } from '../../../src/jobs/reading/list-progress.js';
import { readJobStatus } from '../../../src/jobs/reading/read-job-status.js';
import { verifyJob } from '../../../src/jobs/reading/verify-job.js';
import { auditResult } from './audit-result.js';
import type { Audited } from './audited.js';

/** What may lie in the jobs container after a run, and is documented in the README's table. */
const documented = [
  /^jobs\/[^/]+\/(job\.json|tasks\.jsonl\.gz)$/,
  /^jobs\/[^/]+\/runs\/[^/]+\/(run\.json|counted-(run|job)\.json)$/,
  /^jobs\/[^/]+\/runs\/[^/]+\/outcomes\/[^/]+\.json$/,
  /^jobs\/[^/]+\/runs\/[^/]+\/tables\//,
  /^jobs\/[^/]+\/runs\/[^/]+\/(logs|partial)\//,
  /^jobs\/[^/]+\/runs\/[^/]+\/progress\/[0-9a-f]{16}\.json$/,
  /^jobs\/[^/]+\/runs\/[^/]+\/events\/[^/]+\/[^/]+\.interrupted\.json$/,
  /^refused\/\d{4}-\d\d-\d\d\/[^/]+\.json$/,
  /^locks\/(expander|tables)$/,
];

/** Whether each task has ended exactly once, and all that is stored says the same of it. */
export async function auditStored({ plan, campaign, tasks, jobRun }: Audited): Promise<{
  findings: string[];
  outcomes: Record<string, number>;
  cutAttempts: number;
}> {
  const { client } = campaign;
  const signal = new AbortController().signal;
  const findings: string[] = [];
  const [jobBlobs, resultBlobs] = await Promise.all([namesIn(client.jobs), namesIn(client.results)]);

  const records = new Map<string, OutcomeRecord>();
  const prefix = `jobs/${jobRun.jobId}/runs/${jobRun.run}/outcomes/`;
  for (const name of jobBlobs.filter((blob) => blob.startsWith(prefix))) {
    const record = parseDocument(OutcomeRecord, (await readTextBlob(client.jobs, name)) ?? '', name);
    records.set(record.task_id, record);
  }
  const outcomes: Record<string, number> = {};
  const answering = new Set<string>();
  for (const task of tasks) {
    const { task_id: id, result_key: key } = task.line;
    const record = records.get(id);
    records.delete(id);
    if (record === undefined) {
      findings.push(`Task ${id} is lost: it has no outcome.`);
      continue;
    }
    outcomes[record.outcome] = (outcomes[record.outcome] ?? 0) + 1;
    const folder = `sims/${key.slice(0, 2)}/${key}/`;
    const results = [...resultBlobs].filter(
      (name) => name.startsWith(folder) && name.endsWith('.json') && !name.includes('/attempts/'),
    );
    if (record.outcome !== 'succeeded') {
      if (!plan.faults.some(({ excuses }) => excuses?.(record)))
        findings.push(`Task ${id} is ${record.outcome}, which no fault excuses: ${record.reason}`);
      if (results.length > 0 && !plan.faults.some(({ doubles }) => doubles))
        findings.push(`Task ${id} is ${record.outcome}, and has a result: ${results.join(', ')}.`);
      if (record.outcome !== 'given-up' && record.logs_ref === undefined)
        findings.push(`Task ${id} is ${record.outcome}, and has no log.`);
      continue;
    }
    if (results.length !== 1)
      findings.push(`Task ${id} has ${results.length} results: ${results.join(', ')}.`);
    answering.add(`${folder}attempts/${record.attempt}/`);
    findings.push(...(await auditResult(client, task, record)));
  }
  for (const id of records.keys())
    findings.push(`There is an outcome of ${id}, which is no task of the job.`);
  findings.push(
    ...jobBlobs
      .filter((name) => !documented.some((pattern) => pattern.test(name)))
      .map((name) => `The blob ${name} is left behind, and documented nowhere.`),
  );

  const job = await findJob(client, jobRun.jobId, jobRun.run, signal);
  const [status, verified, told] = await Promise.all([
    readJobStatus(client, job, signal),
    verifyJob(client, job, signal),
    listProgress(client.jobs, jobRun, signal),
  ]);
  if (status.ended !== tasks.length || status.succeeded !== (outcomes.succeeded ?? 0))
    findings.push(
      `Status counts ${status.ended} tasks and ${status.succeeded} successes of ${tasks.length}.`,
    );
  if (status.repeated > 0) findings.push(`Status counts ${status.repeated} outcomes twice.`);
  findings.push(...verified.leaks.map(({ message }) => `The proof fails: ${message}`));
  const summed = told.reduce((sum, { progress }) => sum + endedTasks(progress), 0);
  if (summed > tasks.length) findings.push(`Instances have counted ${summed} ends of ${tasks.length} tasks.`);
  const running = told.reduce((sum, { progress }) => sum + progress.running_tasks, 0);
  if (plan.faults.length === 0 && running > 0)
    findings.push(`${running} tasks are said to run, after all have ended.`);

  const attempts = new Set(
    resultBlobs.flatMap((name) => /^sims\/.*\/attempts\/[^/]+\//.exec(name)?.[0] ?? []),
  );
  const cut = [...attempts].filter((prefix) => !answering.has(prefix));
  return { findings, outcomes, cutAttempts: cut.length };
}

async function namesIn(container: ContainerClient): Promise<string[]> {
  const names: string[] = [];
  for await (const { name } of container.listBlobsFlat()) names.push(name);
  return names;
}
