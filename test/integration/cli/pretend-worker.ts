import { createHash, randomBytes } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { blake2b } from '../../../src/contracts/identities/blake2b.js';
import type { Attestation } from '../../../src/contracts/result/attestation.js';
import { createCancellations } from '../../../src/jobs/recording/create-cancellations.js';
import { createJobRecords } from '../../../src/jobs/recording/create-job-records.js';
import { createResultStore } from '../../../src/provenance/create-result-store.js';
import { handleDelivery } from '../../../src/simulation/handle-delivery.js';
import type { Executor, RunReport, RunRequest } from '../../../src/simulation/ports.js';
import { bareBundle } from '../../fixtures/bundles/bare-bundle.js';
import { bareEnvironment } from '../../fixtures/environments/bare-environment.js';
import type { CliStand } from './stand.js';

/** What a pretended run changes in its report; by default it succeeds with one output, in a process of its own. */
export type Pretended = Partial<Omit<RunReport, 'artifacts' | 'partial'>> & {
  outputs?: Record<string, string | Uint8Array>;
  partial?: Record<string, string>;
  /** What its process tells of itself beside who it is. */
  attested?: Partial<Attestation>;
};

const python = bareEnvironment();
let lastPid = 1000;

/**
 * Works off what is in the queue now, through the real use case and the real records; only the process that would run the
 * simulation is pretended. Returns how many messages it took.
 */
export async function workOff(
  { storage, folder }: CliStand,
  pretend: (request: RunRequest) => Pretended = () => ({}),
  most = Number.POSITIVE_INFINITY,
): Promise<number> {
  const executor: Executor = {
    run: async (request) => report(request, folder, pretend(request)),
    close: async () => undefined,
    abandon: () => undefined,
  };
  let taken = 0;
  while (taken < most) {
    const { receivedMessageItems } = await storage.queue.receiveMessages({ numberOfMessages: 1 });
    const [message] = receivedMessageItems;
    if (!message) break;
    await handleDelivery(
      {
        bundles: {
          ensureLocal: async (digest) => ({
            ...bareBundle(folder, { digest }),
            release: async () => undefined,
          }),
        },
        environments: { base: async () => python, forBundle: async () => python },
        executor,
        results: createResultStore(storage.results),
        records: createJobRecords(storage.jobs),
        cancellations: createCancellations(storage.jobs),
        defaultExecutor: 'cold',
        timeoutMs: 60_000,
        memoryLimitBytes: 2 ** 30,
        threads: 1,
        maxDeliveries: 5,
        now: () => new Date(),
        observe: () => undefined,
      },
      {
        messageId: message.messageId,
        body: Buffer.from(message.messageText, 'utf8'),
        dequeueCount: message.dequeueCount,
        insertedAt: message.insertedOn,
      },
      new AbortController().signal,
    );
    await storage.queue.deleteMessage(message.messageId, message.popReceipt);
    taken += 1;
  }
  return taken;
}

async function report(
  { attempt, executor }: RunRequest,
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
      environment: await python.facts(),
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
