import { type ChildProcess, fork } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { HostTiming } from '../../../src/local-host/host-timing.js';
import type { HostEvent } from '../../../src/local-host/logger.js';
import type { FromHost, ToHost } from './host-process.js';
import { type CampaignProcess, processesOf } from './processes-of.js';

/** One machine of the app: a host that is started again whenever it ends, as the platform does. */
export interface Instance {
  name: string;
  /** Of all that it writes. */
  folder: string;
  scratch: string;
  /** Of the host; undefined while there is none. */
  hostPid(): number | undefined;
  /** Processes of it that live now. */
  processes(): Promise<CampaignProcess[]>;
  /** Whether its host has loaded the app. */
  isReady(): boolean;
  /** In its order; nothing starts it again. */
  stop(): Promise<void>;
}

export interface InstanceOptions {
  name: string;
  folder: string;
  scratch: string;
  env: NodeJS.ProcessEnv;
  timing: Partial<HostTiming>;
  /** Told of each line that the host and its app write. */
  onLine(line: string, event: HostEvent | undefined): void;
  /** Has a process that was just started join a group, where processes are counted. */
  onStarted?(pid: number): Promise<void>;
}

const entry = fileURLToPath(new URL('host-process.js', import.meta.url));
const againMs = 300;

export async function startInstance(options: InstanceOptions): Promise<Instance> {
  let child: ChildProcess | undefined;
  let isReady = false;
  let isStopping = false;
  let onFirst: () => void = () => undefined;
  const first = new Promise<void>((resolve) => {
    onFirst = resolve;
  });
  const running = run();

  async function run(): Promise<void> {
    while (!isStopping) {
      await runOnce();
      child = undefined;
      if (!isStopping) await sleep(againMs);
    }
  }

  async function runOnce(): Promise<void> {
    isReady = false;
    const host = fork(entry, [], {
      env: { PATH: options.env.PATH, HOME: options.folder },
      execArgv: ['--enable-source-maps'],
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      detached: true,
    });
    child = host;
    for (const stream of [host.stdout, host.stderr])
      if (stream) createInterface(stream).on('line', (line) => options.onLine(line, undefined));
    const ended = new Promise<void>((resolve) => host.once('exit', () => resolve()));
    host.on('message', (message: FromHost) => {
      if ('started' in message) {
        isReady = true;
        onFirst();
      } else if ('failed' in message) options.onLine(`Cannot start the host: ${message.failed}`, undefined);
      else options.onLine(message.line, message.event);
    });
    host.on('error', () => undefined);
    if (host.pid !== undefined) await options.onStarted?.(host.pid);
    send(host, { start: { env: options.env, timing: options.timing } });
    await ended;
    isReady = false;
    options.onLine(
      `The host ${host.pid} ended with ${host.signalCode ?? `exit code ${host.exitCode}`}.`,
      undefined,
    );
  }

  const instance: Instance = {
    name: options.name,
    folder: options.folder,
    scratch: options.scratch,
    hostPid: () => child?.pid,
    processes: () => processesOf(options.folder),
    isReady: () => isReady,
    async stop() {
      isStopping = true;
      if (child) send(child, { stop: true });
      await running;
    },
  };
  await first;
  return instance;
}

function send(to: ChildProcess, message: ToHost): void {
  // It may have been killed; its exit is what counts.
  if (to.connected) to.send(message, () => undefined);
}
