import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blake2b } from '../../../src/contracts/identities/blake2b.js';
import type { Attestation } from '../../../src/contracts/result/attestation.js';
import type { RunReport, RunRequest } from '../../../src/simulation/ports.js';

/** What a pretended run changes in its report; by default it succeeds with one output, in a process of its own. */
export type Pretended = Partial<Omit<RunReport, 'artifacts' | 'partial'>> & {
  outputs?: Record<string, string | Uint8Array>;
  partial?: Record<string, string>;
  /** What its process tells of itself beside who it is. */
  attested?: Partial<Attestation>;
};

let lastPid = 1000;

/** What a run would report whose process is pretended; what it wrote is in the folder. */
export async function pretendReport(
  { attempt, executor, environment }: RunRequest,
  folder: string,
  { outputs = { answer: `made by ${attempt}` }, partial = {}, attested = {}, ...changes }: Pretended,
): Promise<RunReport> {
  const scratch = join(folder, 'attempts', attempt);
  await mkdir(scratch, { recursive: true });
  const log = join(scratch, 'log');
  await writeFile(log, `log of ${attempt}\n`);
  const files = (texts: Record<string, string | Uint8Array>, kind: string) =>
    Promise.all(
      Object.entries(texts).map(async ([name, text], index) => {
        const path = join(scratch, `${kind}${index}`);
        await writeFile(path, text);
        return {
          name,
          path,
          size: Buffer.byteLength(text),
          contentType: 'application/octet-stream',
          blake2b256: blake2b(text, 256),
          md5: createHash('md5').update(text).digest('hex'),
        };
      }),
    );
  lastPid += 1;
  const identity = { pid: lastPid, start_time: `${lastPid}00`, boot_id: 'boot', pid_namespace: '1' };
  return {
    outcome: 'succeeded',
    reason: '',
    artifacts:
      changes.outcome === undefined || changes.outcome === 'succeeded' ? await files(outputs, 'output') : [],
    partial: await files(partial, 'partial'),
    filledCaches: [],
    attestation: {
      executor,
      start_method: 'spawn',
      told: identity,
      seen: identity,
      nonce: randomBytes(16).toString('hex'),
      ordinal: 1,
      python: '3.11.7',
      environment: await environment.facts(),
      ...attested,
    },
    exit: { code: 0, signal: null, afterResult: false },
    log: { path: log, bytes: 10, omittedBytes: 0 },
    stderrTail: '',
    timings: { prepare: 1, start: 2, import: 3, simulate: 4, write: 5, exit: 6 },
    peakMemoryBytes: 1,
    cpuSeconds: 0.1,
    standby: false,
    leftovers: { killed: 0, unkillable: [] },
    dispose: async () => undefined,
    ...changes,
  };
}
