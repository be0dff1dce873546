import { setTimeout as sleep } from 'node:timers/promises';
import { listOutcomes } from '../../../src/jobs/reading/list-outcomes.js';
import { submitJob } from '../../../src/jobs/submission/submit-job.js';
import type { HostEvent } from '../../../src/local-host/logger.js';
import { auditCampaign } from '../audit/audit-campaign.js';
import { pause } from '../faults/pause.js';
import { campaignTasks } from './campaign-tasks.js';
import { openCampaign } from './open-campaign.js';
import type { CampaignPlan } from './plan-campaign.js';

export interface CampaignReport {
  seed: number;
  /** One sentence for each thing that is wrong. */
  findings: string[];
  /** What was injected, in its order. */
  injected: string[];
  outcomes: Record<string, number>;
  seconds: number;
  /** Deliveries over one for each task. */
  redelivered: number;
  /** Attempts whose artifacts are stored and answer no task. */
  cutAttempts: number;
  lines: string[];
}

/** Nothing moves for so long, though all faults are over: then tasks are lost. */
const stuckMs = 90_000;
/** Faults are injected until nine of ten tasks have ended, and for so long at most. */
const injectMs = 60_000;
const jobId = 'campaign';

/** Runs a job of tasks while faults are injected, waits until all is calm, and looks at everything that is left. */
export async function runCampaign(plan: CampaignPlan, { scale }: { scale: number }): Promise<CampaignReport> {
  const begun = performance.now();
  const lines: string[] = [];
  const injected: string[] = [];
  const at = () => `${((performance.now() - begun) / 1000).toFixed(1)} s`;
  let deliveries = 0;
  const note = (line: string) => void lines.push(`${at()} ${line}`);
  const onLine = (instance: string, line: string, event: HostEvent | undefined) => {
    if (event?.type === 'invocation-started' && event.functionName === 'runSimulation') deliveries += 1;
    if (event?.type !== 'queue-polled') note(`${instance}: ${line}`);
  };
  const campaign = await openCampaign(plan, onLine);
  try {
    const { client, storage, instances, messages } = campaign;
    const random = plan.random.fork();
    const tasks = campaignTasks(
      { random: plan.random.fork(), jobId, bundleRef: campaign.bundleRef },
      plan.tasks,
    );
    const manifest = {
      job_id: jobId,
      bundle_refs: [campaign.bundleRef],
      tool_version: 'faults',
      source: 'faults',
    };
    const { run } = await submitJob(
      client,
      { manifest, lines: tasks.map(({ line }) => line) },
      new AbortController().signal,
    );
    const calming = new AbortController();
    const victims = { random, instances, storage, messages, calm: calming.signal, scale };
    const ended = async () => {
      let count = 0;
      for await (const _ of listOutcomes(client.jobs, { jobId, run }, new AbortController().signal))
        count += 1;
      return count;
    };

    const inject = async (): Promise<void> => {
      while (!calming.signal.aborted) {
        await pause(random.between(200, 2_500) * scale, calming.signal);
        if (calming.signal.aborted) return;
        const fault = random.pick(plan.faults);
        const done = await fault.inject(victims);
        if (done === undefined) continue;
        injected.push(done);
        note(`FAULT ${fault.name}: ${done}`);
      }
    };
    // Two at a time, so that one can meet what the other has left half done.
    const injectingSince = performance.now();
    const injecting = [inject(), inject()];
    void Promise.all(injecting).catch(() => calming.abort());
    let [last, movedAt] = [0, performance.now()];
    for (;;) {
      const count = await ended().catch(() => last); // Azurite may be starting
      if (count !== last) [last, movedAt] = [count, performance.now()];
      // Faults end before the tasks do, so that what they leave must be mended, too.
      const isEnough = count >= plan.tasks * 0.9 || performance.now() - injectingSince > injectMs * scale;
      if (isEnough && !calming.signal.aborted) {
        calming.abort();
        movedAt = performance.now();
      }
      if (count >= plan.tasks || performance.now() - movedAt > stuckMs) break;
      await sleep(300);
    }
    calming.abort();
    await Promise.all(injecting);
    const findings = await auditCampaign({ plan, campaign, tasks, jobRun: { jobId, run } });
    return {
      seed: plan.seed,
      injected,
      seconds: (performance.now() - begun) / 1000,
      redelivered: deliveries - plan.tasks,
      lines,
      ...findings,
    };
  } finally {
    await campaign.close();
  }
}
