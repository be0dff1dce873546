import { readdir, readFile } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { listOutcomes } from '../../../src/jobs/reading/list-outcomes.js';
import { openCampaign } from '../campaign/open-campaign.js';
import type { Role } from '../instance/processes-of.js';
import type { Instance } from '../instance/start-instance.js';
import { seededRandom } from '../seeded-random.js';
import { submitSweep } from './submit-sweep.js';

/** What an instance has at one moment. Names as they are printed; MiB for memory, otherwise a count. */
type Sample = Record<string, number>;

export interface SoakRow {
  what: string;
  /** Medians: of the tenth of all samples from `firstTask` on, and of the last tenth. */
  before: number;
  after: number;
  /** 0.01 is 1 %. */
  growth: number;
}

const [jobId, everyMs] = ['soak', 1_000];
const recycleAfterTasks = 250;
const roles: Role[] = ['host', 'worker', 'supervisor'];

/**
 * Many trivial tasks through one instance that replaces its worker again and again, and what it holds meanwhile.
 *
 * @param firstTask when everything has been warm for long
 */
export async function runSoak(
  tasks: number,
  firstTask: number,
  say: (line: string) => void,
): Promise<{ rows: SoakRow[]; failed: number; seconds: number; workers: number }> {
  const begun = performance.now();
  const signal = new AbortController().signal;
  let workers = 0;
  const campaign = await openCampaign(
    { random: seededRandom(1), faults: [], instances: 1, batchSize: 4, recycleAfterTasks },
    (_instance, _line, event) => {
      if (event?.type === 'worker-started') workers += 1;
    },
  );
  try {
    const { client, instances } = campaign;
    const [instance] = instances as [Instance];
    const run = await submitSweep(campaign, { jobId, tasks, bytes: 100 }, signal);
    const samples: { ended: number; sample: Sample }[] = [];
    for (;;) {
      let [ended, failed] = [0, 0];
      for await (const { outcome } of listOutcomes(client.jobs, { jobId, run }, signal)) {
        ended += 1;
        if (outcome !== 'succeeded') failed += 1;
      }
      const last = samples.at(-1)?.ended ?? 0;
      samples.push({ ended, sample: await look(instance) });
      if (Math.floor(ended / 500) > Math.floor(last / 500))
        say(
          `${ended} tasks, ${((performance.now() - begun) / 1000).toFixed(0)} s: ${JSON.stringify(samples.at(-1)?.sample)}`,
        );
      if (ended >= tasks) {
        const counted = samples.filter((one) => one.ended >= firstTask).map(({ sample }) => sample);
        return { rows: compare(counted), failed, seconds: (performance.now() - begun) / 1000, workers };
      }
      // A listing of all that is there: less often as that grows.
      await sleep(everyMs + ended / 10);
    }
  } finally {
    await campaign.close();
  }
}

function compare(samples: Sample[]): SoakRow[] {
  const tenth = Math.max(1, Math.floor(samples.length / 10));
  const names = Object.keys(samples[0] ?? {});
  return names.map((what) => {
    const median = (part: Sample[]) => {
      const values = part.flatMap((sample) => sample[what] ?? []).sort((a, b) => a - b);
      return values[Math.floor(values.length / 2)] ?? 0;
    };
    const [before, after] = [median(samples.slice(0, tenth)), median(samples.slice(-tenth))];
    return { what, before, after, growth: before === 0 ? after : after / before - 1 };
  });
}

async function look({ processes, scratch, folder }: Instance): Promise<Sample> {
  const all = await processes();
  const sample: Sample = {};
  for (const role of roles) {
    const pid = all.find((one) => one.role === role)?.pid;
    if (pid === undefined) continue; // it is being replaced
    const [status, descriptors] = await Promise.all([
      readFile(`/proc/${pid}/status`, 'utf8').catch(() => ''),
      readdir(`/proc/${pid}/fd`).catch(() => []),
    ]);
    const kib = Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]);
    if (!Number.isFinite(kib) || descriptors.length === 0) continue;
    sample[`${role}: memory (MiB)`] = Math.round(kib / 102.4) / 10;
    sample[`${role}: descriptors`] = descriptors.length;
  }
  const entries = async (path: string) => (await readdir(path, { recursive: true }).catch(() => [])).length;
  return {
    ...sample,
    processes: all.length,
    'files in scratch': await entries(scratch),
    'temporary files': await entries(`${folder}/tmp`),
  };
}
