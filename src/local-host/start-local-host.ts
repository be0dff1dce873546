import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { readHostConfiguration } from '../host-settings/read-host-configuration.js';
import { readHostSettings } from '../host-settings/read-host-settings.js';
import { packageRoot } from '../package/package-root.js';
import type { ExecutionContext } from './execute-function.js';
import { defaultHostTiming, type HostTiming } from './host-timing.js';
import { readHttpRoute } from './http/http-route.js';
import type { HostKeys } from './http/is-allowed.js';
import { type HttpServer, startHttpServer } from './http/start-http-server.js';
import { isOldHost } from './is-old-host.js';
import type { Logger } from './logger.js';
import { printLog } from './print-log.js';
import type { QueueListener } from './queue/queue-listener.js';
import { readQueueTrigger } from './queue/read-binding.js';
import { startQueueListeners } from './queue/start-queue-listeners.js';
import { refuseUnsupported } from './refuse-unsupported.js';
import { createWorkerPool } from './worker/create-worker-pool.js';
import { startWorker } from './worker/start-worker.js';

/** What to host, and how. Everything has a default. */
export interface LocalHostOptions {
  /** The folder with package.json and host.json. Default: this package. */
  readonly appFolder?: string;
  /** The app settings: the worker's whole environment. Default: this process's. */
  readonly env?: NodeJS.ProcessEnv;
  /** Of 127.0.0.1; 0, the default, takes a free one. */
  readonly port?: number;
  readonly logger?: Logger;
  /** Behave as this version: before 4.1048, an exit with 200 leaves what is in flight hanging. */
  readonly hostVersion?: string;
  /** Other times than the real host's, for tests. */
  readonly timing?: Partial<HostTiming>;
}

/** How a host ended: 0 = it was stopped, 1 = it gave up, and why. */
export interface HostExit {
  readonly code: 0 | 1;
  readonly reason: string;
}

/** A running functions host. */
export interface LocalHost {
  /** Of the HTTP functions, without the route prefix, for example `http://127.0.0.1:40123`. */
  readonly url: string;
  /** The paths of the HTTP functions by function name, for example `/api/health`. */
  readonly routes: Readonly<Record<string, string>>;
  readonly keys: HostKeys;
  /** The process that runs the app now; undefined while it is replaced. */
  workerPid(): number | undefined;
  /** Fetches no more, drains up to 10 s, ends the worker. What is in flight even then stays leased. */
  stop(): Promise<void>;
  /** Settles when the host has ended, for either reason; never rejects. */
  readonly exited: Promise<HostExit>;
}

const defaultHostVersion = '4.1050.0';
// For failures that are known already to reach their messages; nothing else can still be answered.
const givenUpDrainMs = 1_000;
// For storage calls that are under way when everything else is over.
const lastCallsMs = 1_000;

/**
 * Hosts a functions app on this machine, as Azure Functions does: the app in a worker process of its own, its queue
 * triggers and HTTP triggers here.
 *
 * @throws Error that says what is missing: host.json, an app setting, a function that cannot be loaded or hosted.
 */
export async function startLocalHost(options: LocalHostOptions = {}): Promise<LocalHost> {
  const { appFolder = packageRoot, env = process.env, port = 0, logger = printLog } = options;
  const { hostVersion = defaultHostVersion } = options;
  const timing = { ...defaultHostTiming, ...options.timing };
  const settings = readHostSettings(appFolder, env);
  const routePrefix = readHostConfiguration(appFolder, env).get('extensions:http:routeprefix') ?? 'api';
  const keys: HostKeys = { function: newKey(), master: newKey() };
  const workerOptions = { appFolder, env, hostVersion, logger, ...timing };
  const pool = createWorkerPool({
    startWorker: () => startWorker(workerOptions),
    oldHost: isOldHost(hostVersion),
    timing,
    logger,
    onGivenUp: (reason) => void end({ code: 1, reason }, givenUpDrainMs),
  });
  const context: ExecutionContext = { pool, functionTimeoutMs: settings.functionTimeoutMs, timing, logger };

  let listeners: readonly QueueListener[] = [];
  let server: HttpServer | undefined;
  let abandoned = false;
  let ending: Promise<void> | undefined;
  let settleExit: (exit: HostExit) => void = () => undefined;
  const exited = new Promise<HostExit>((resolve) => {
    settleExit = resolve;
  });

  function end(exit: HostExit, drainMs: number): Promise<void> {
    ending ??= shutDown(drainMs).finally(() => {
      logger(exit.code === 0 ? 'info' : 'error', `Host ended: ${exit.reason}`);
      settleExit(exit);
    });
    return ending;
  }

  async function shutDown(drainMs: number): Promise<void> {
    const drained = Promise.all([server?.stop(), ...listeners.map((listener) => listener.stop())]);
    await atMost(drainMs, drained);
    abandoned = true;
    await pool.stop();
    server?.cut();
    await atMost(lastCallsMs, drained);
  }

  try {
    const { functions, capabilities } = await pool.start();
    refuseUnsupported(functions, capabilities, logger);
    const routes = functions.flatMap((metadata) => readHttpRoute(metadata, routePrefix) ?? []);
    const triggers = functions.flatMap((metadata) => readQueueTrigger(metadata, env) ?? []);
    server = await startHttpServer(context, routes, keys, port);
    listeners = startQueueListeners(
      { ...context, settings: settings.queues, abandoned: () => abandoned },
      triggers,
      (error) => void end({ code: 1, reason: error.message }, givenUpDrainMs),
    );
    logger(
      'info',
      `Hosting ${functions.map(({ name }) => name).join(', ') || 'no function'} at ${server.url}`,
    );
    return {
      url: server.url,
      routes: Object.fromEntries(routes.map(({ functionName, path }) => [functionName, path])),
      keys,
      workerPid: pool.pid,
      stop: () => end({ code: 0, reason: 'it was stopped.' }, timing.drainMs),
      exited,
    };
  } catch (error) {
    await end({ code: 1, reason: 'it could not start.' }, 0);
    throw error;
  }
}

async function atMost(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}

function newKey(): string {
  return randomBytes(32).toString('base64url');
}
