import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { after, afterEach, before } from 'node:test';
import { type QueueClient, QueueServiceClient } from '@azure/storage-queue';
import type { HostTiming } from '../../../src/local-host/host-timing.js';
import type { HostEvent, LogLevel } from '../../../src/local-host/logger.js';
import { type Azurite, startAzurite } from '../../../src/local-host/start-azurite.js';
import { type LocalHost, startLocalHost } from '../../../src/local-host/start-local-host.js';
import { packageRoot } from '../../../src/package/package-root.js';

/** What a fixture app logged. */
export interface Said {
  event: string;
  pid: number;
  name?: string;
  [field: string]: unknown;
}

export interface ProbeOptions {
  app?: string;
  /** App settings, and host.json's as `queues.batchSize` and the like. */
  env?: NodeJS.ProcessEnv;
  host?: Record<string, string | number>;
  hostVersion?: string;
  timing?: Partial<HostTiming>;
  /** Takes the queue of another probe. */
  queueName?: string;
}

export interface Probe {
  host: LocalHost;
  queueName: string;
  queue: QueueClient;
  poison: QueueClient;
  lines: { level: LogLevel; text: string; at: number }[];
  events: (HostEvent & { at: number })[];
  /** What the app logged as JSON. */
  said(event: string): Said[];
  count(type: HostEvent['type']): number;
  send(...bodies: object[]): Promise<void>;
  /** Settles when the condition holds; it is looked at again with each line of the host. */
  until(what: string, condition: () => boolean, ms?: number): Promise<void>;
}

export const appFolder = (app: string): string => join(packageRoot, 'test', 'fixtures', 'function-apps', app);

/** For the tests of a `describe`: one Azurite, and probes that are stopped after the test that started them. */
export function useProbes(): { start(options?: ProbeOptions): Promise<Probe>; azurite(): Azurite } {
  let azurite: Azurite | undefined;
  let started: Probe[] = [];
  const running = (): Azurite => {
    if (!azurite) throw new Error('Cannot use Azurite before the tests begin.');
    return azurite;
  };
  before(async () => {
    azurite = await startAzurite();
  });
  afterEach(async () => {
    await Promise.all(started.map(({ host }) => host.stop()));
    started = [];
  });
  after(() => azurite?.stop());
  return {
    azurite: running,
    async start(options) {
      const probe = await startProbe(running(), options);
      started.push(probe);
      return probe;
    },
  };
}

/** A fixture app on the local host, over a queue of its own. */
export async function startProbe(azurite: Azurite, options: ProbeOptions = {}): Promise<Probe> {
  const { app = 'queue-app', env = {}, host = {}, hostVersion, timing } = options;
  const queueName = options.queueName ?? `probe-${randomBytes(5).toString('hex')}`;
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  const queue = service.getQueueClient(queueName);
  await queue.createIfNotExists();

  const watchers = new Set<() => void>();
  const lines: Probe['lines'] = [];
  const events: Probe['events'] = [];
  const said: Said[] = [];
  const settings = Object.entries(host).map(([name, value]) => [
    `AzureFunctionsJobHost__${name.startsWith('queues.') ? `extensions__${name.replace('.', '__')}` : name}`,
    String(value),
  ]);
  const running = await startLocalHost({
    appFolder: appFolder(app),
    env: {
      PATH: process.env.PATH,
      TestStorage: azurite.connectionString,
      QUEUE_NAME: queueName,
      ...Object.fromEntries(settings),
      ...env,
    },
    logger: (level, text, event) => {
      const at = Date.now();
      lines.push({ level, text, at });
      if (event) events.push({ ...event, at });
      const json = event?.type === 'app-log' ? /\{.*\}$/.exec(text)?.[0] : undefined;
      if (json !== undefined) said.push(JSON.parse(json));
      for (const watcher of watchers) watcher();
    },
    ...(hostVersion === undefined ? {} : { hostVersion }),
    // What hangs on purpose need not be waited for.
    timing: { drainMs: 1_000, ...timing },
  });
  return {
    host: running,
    queueName,
    queue,
    poison: service.getQueueClient(`${queueName}-poison`),
    lines,
    events,
    said: (event) => said.filter((one) => one.event === event),
    count: (type) => events.filter((event) => event.type === type).length,
    send: async (...bodies) => {
      for (const body of bodies) await queue.sendMessage(JSON.stringify(body));
    },
    until: (what, condition, ms = 20_000) =>
      new Promise((resolve, reject) => {
        const done = (): void => {
          if (!condition()) return;
          clearTimeout(timer);
          watchers.delete(done);
          resolve();
        };
        const timer = setTimeout(() => {
          watchers.delete(done);
          const tail = lines.slice(-30).map(({ text }) => text);
          reject(
            new Error(`Within ${ms} ms this did not happen: ${what}. The host said:\n${tail.join('\n')}`),
          );
        }, ms);
        watchers.add(done);
        done();
      }),
  };
}
