import { setTimeout as sleep } from 'node:timers/promises';
import { gridTasks } from '../../../src/jobs/submission/grid-tasks.js';
import { planTasks } from '../../../src/jobs/submission/plan-tasks.js';
import { submitJob } from '../../../src/jobs/submission/submit-job.js';
import { openCampaign } from '../campaign/open-campaign.js';
import { signalProcess } from '../faults/signal-process.js';
import type { Instance } from '../instance/start-instance.js';
import { seededRandom } from '../seeded-random.js';

const settleMs = 1_500;

/**
 * Kills the worker again and again under a queue that is never empty.
 *
 * @returns milliseconds from each kill until the next worker started a simulation's process for a task
 */
export async function measureRecovery(kills: number): Promise<number[]> {
  const signal = new AbortController().signal;
  let told: (() => void) | undefined;
  let isKilled = false;
  const campaign = await openCampaign(
    { random: seededRandom(1), faults: [], instances: 1, batchSize: 1, recycleAfterTasks: 0 },
    (_instance, line, event) => {
      if (event?.type === 'worker-exited') isKilled = false;
      // The end of a task that takes no time: it started shortly before.
      if (!isKilled && / succeeded$/.test(line)) told?.();
    },
  );
  try {
    const { client, instances, bundleRef } = campaign;
    const [instance] = instances as [Instance];
    const axes = ['x=1', 'ms=0', 'size=10'];
    const sweep = gridTasks({
      entrypoint: 'models.faults/recovery',
      bundleRef,
      axes,
      seeds: `1..${kills * 100}`,
      replicates: 1,
    });
    const { lines } = planTasks(sweep, 'recovery', undefined);
    const manifest = {
      job_id: 'recovery',
      bundle_refs: [bundleRef],
      tool_version: 'faults',
      source: 'faults',
    };
    await submitJob(client, { manifest, lines }, signal);
    const took: number[] = [];
    const nextTask = () =>
      new Promise<void>((resolve) => {
        told = resolve;
      });
    for (let at = 0; at < kills; at += 1) {
      await nextTask();
      // The host ends after three crashes within five seconds here (half an hour in Azure): that is another figure.
      await sleep(2 * settleMs);
      const worker = (await instance.processes()).find(({ role }) => role === 'worker');
      if (worker === undefined) throw new Error('Cannot measure: there is no worker.');
      const begun = performance.now();
      isKilled = true;
      signalProcess(worker.pid, 'SIGKILL');
      await nextTask();
      took.push(performance.now() - begun);
    }
    return took;
  } finally {
    await campaign.close();
  }
}
