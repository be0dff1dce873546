import { createHash } from 'node:crypto';
import { LosslessNumber } from 'lossless-json';
import { paramId } from '../../../src/contracts/identities/param-id.js';
import type { TaskLine } from '../../../src/contracts/job/task-line.js';
import { planTasks } from '../../../src/jobs/submission/plan-tasks.js';
import type { Random } from '../seeded-random.js';

/** A task of a campaign, and what it must answer: `test/fixtures/simulations/answers_by_rule`. */
export interface CampaignTask {
  line: TaskLine;
  x: number;
  seed: number;
  /** Bytes. */
  size: number;
}

/** Many that are short and small, some that run for a second, some whose artifact goes in several requests. */
export function campaignTasks(
  { random, jobId, bundleRef }: { random: Random; jobId: string; bundleRef: string },
  count: number,
): CampaignTask[] {
  return Array.from({ length: count }, (_, x) => {
    const ms = random.chance(0.05) ? random.whole(300, 1_200) : random.whole(0, 60);
    const size = random.chance(0.01)
      ? 5 * 1024 * 1024
      : random.chance(0.05)
        ? 100_000
        : random.whole(1, 4_000);
    const seed = random.whole(1, 1_000_000);
    const whole = (value: number) => new LosslessNumber(String(value));
    const values = { x: whole(x), ms: whole(ms), size: whole(size) };
    const params = { param_id: paramId(values), values };
    const { lines } = planTasks(
      [{ bundle_ref: bundleRef, entrypoint: 'models.faults/baseline', params, seed: BigInt(seed) }],
      jobId,
      undefined,
    );
    return { line: lines[0] as TaskLine, x, seed, size };
  });
}

/** The output `answer`. */
export const expectedAnswer = ({ x, seed }: CampaignTask): Buffer => Buffer.from(String(x * x + seed));

/** The output `bytes`. */
export function expectedBytes({ x, seed, size }: CampaignTask): Buffer {
  const blocks = Array.from({ length: Math.ceil(size / 32) }, (_, n) =>
    createHash('sha256').update(`${x}/${seed}/${n}`).digest(),
  );
  return Buffer.concat(blocks).subarray(0, size);
}
