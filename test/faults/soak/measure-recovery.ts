import { setTimeout as sleep } from 'node:timers/promises';
import { openCampaign } from '../campaign/open-campaign.js';
import { signalProcess } from '../faults/signal-process.js';
import type { Instance } from '../instance/start-instance.js';
import { seededRandom } from '../seeded-random.js';
import { submitSweep } from './submit-sweep.js';

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
    const [instance] = campaign.instances as [Instance];
    await submitSweep(campaign, { jobId: 'recovery', tasks: kills * 100, bytes: 10 }, signal);
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
