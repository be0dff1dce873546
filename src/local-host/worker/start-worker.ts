import { type ChildProcess, fork } from 'node:child_process';
import { join } from 'node:path';
import { packageRoot } from '../../package/package-root.js';
import type { Logger } from '../logger.js';
import type { HostMessage, WorkerMessage } from '../messages.js';
import type { AppIndex, InvocationResult } from '../rpc.js';
import { forwardOutput } from './forward-output.js';
import { logFromApp } from './log-from-app.js';
import { workerExit } from './worker-exit.js';
import type { WorkerExit, WorkerProcess } from './worker-process.js';

/** What a worker is started with. */
export interface WorkerOptions {
  readonly appFolder: string;
  readonly env: NodeJS.ProcessEnv;
  readonly hostVersion: string;
  readonly initTimeoutMs: number;
  readonly terminateGraceMs: number;
  readonly logger: Logger;
}

const main = join(packageRoot, 'dist', 'src', 'local-host', 'worker-main.js');

/**
 * Starts a worker process and has it load the app.
 *
 * @throws Error that says why the app could not be loaded; the process is gone then.
 */
export async function startWorker(options: WorkerOptions): Promise<WorkerProcess> {
  const child = fork(main, [], {
    cwd: options.appFolder,
    env: options.env,
    execArgv: [], // a host without them is what the app has to do with
    serialization: 'advanced', // bytes stay bytes
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    detached: true, // Ctrl-C in a terminal reaches the host alone, which then ends the worker in its order
  });
  forwardOutput(child, options.logger);
  const exited = workerExit(child);
  const pending = new Map<string, PromiseWithResolvers>();
  const post = (message: HostMessage): void => {
    // A worker that is dying reads nothing more; its exit is what counts, so this failure says nothing new.
    if (child.connected) child.send(message, () => undefined);
  };
  child.on('message', (message: WorkerMessage) => {
    if (message.kind === 'log') logFromApp(message, options.logger);
    if (message.kind === 'response') {
      pending.get(message.result.invocationId)?.resolve(message.result);
      pending.delete(message.result.invocationId);
    }
  });

  const terminate = async (graceMs: number): Promise<void> => {
    post({ kind: 'terminate' });
    const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
    await exited;
    clearTimeout(timer);
  };
  try {
    const loaded = appLoaded(child, exited, options.initTimeoutMs);
    post({ kind: 'init', hostVersion: options.hostVersion, appFolder: options.appFolder });
    const app = await loaded;
    const pid = child.pid ?? -1;
    options.logger('debug', `Worker process ${pid} is ready`, { type: 'worker-started', pid });
    return {
      pid,
      app,
      exited,
      invoke: (request) =>
        new Promise((resolve, reject) => {
          pending.set(request.invocationId, { resolve, reject });
          post({ kind: 'invoke', request });
        }),
      inFlight: () => [...pending.keys()],
      fail: (invocationId, error) => {
        pending.get(invocationId)?.reject(error);
        pending.delete(invocationId);
      },
      terminate,
    };
  } catch (error) {
    child.kill('SIGKILL');
    await exited;
    throw error;
  }
}

interface PromiseWithResolvers {
  readonly resolve: (result: InvocationResult) => void;
  readonly reject: (error: Error) => void;
}

function appLoaded(child: ChildProcess, exited: Promise<WorkerExit>, timeoutMs: number): Promise<AppIndex> {
  return new Promise((resolve, reject) => {
    const fail = (reason: string): void => {
      clearTimeout(timer);
      reject(new Error(`Cannot start the functions app: ${reason}`));
    };
    const timer = setTimeout(() => fail(`it was not loaded within ${timeoutMs} ms.`), timeoutMs);
    child.once('error', (error) => fail(error.message));
    void exited.then(({ code, signal }) =>
      fail(`its worker process ended with ${signal ?? `exit code ${code}`} while loading it.`),
    );
    child.on('message', (message: WorkerMessage) => {
      if (message.kind === 'failed') fail(message.reason);
      if (message.kind !== 'ready') return;
      clearTimeout(timer);
      resolve(message.app);
    });
  });
}
