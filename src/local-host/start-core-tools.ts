import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../package/package-root.js';
import { findCoreTools } from './find-core-tools.js';
import { freePort } from './free-port.js';
import type { Logger } from './logger.js';
import { printLog } from './print-log.js';
import type { RunningHost } from './running-host.js';
import type { HostExit } from './start-local-host.js';

/** Time for the host to drain, after Ctrl-C, before it is killed. */
const stopGraceMs = 15_000;
/** The first start downloads the extension bundle. */
const defaultTimeoutMs = 180_000;
const linesKept = 20;

/**
 * Hosts the app on Azure Functions Core Tools: `func start` in the package's folder, in a process group of its own.
 *
 * @param answersAt path of an HTTP function that answers as soon as the app runs
 * @throws Error when `func` is missing, ends, or does not answer in time; nothing is left running then.
 */
export async function startCoreTools(options: {
  answersAt: string;
  appFolder?: string;
  env?: NodeJS.ProcessEnv;
  logger?: Logger;
  timeoutMs?: number;
  signal?: AbortSignal;
}): Promise<RunningHost> {
  const { appFolder = packageRoot, env = process.env, logger = printLog } = options;
  const [func, port] = [await findCoreTools(env), await freePort()];
  const child = spawn(func, ['start', '--port', String(port)], {
    cwd: appFolder,
    env: { FUNCTIONS_WORKER_RUNTIME: 'node', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true, // Ctrl-C in a terminal reaches this process alone, which ends the host in its order
  });
  const killGroup = () => signalGroup(child, 'SIGKILL');
  process.once('exit', killGroup); // for an end without stop(), as at a second Ctrl-C
  child.once('exit', killGroup); // a worker that outlived its host
  const lastLines = forwardLines(child, logger);
  let stopping = false;
  const exited = new Promise<HostExit>((resolve) => {
    child.once('error', (error) => resolve({ code: 1, reason: `func cannot be started: ${error.message}` }));
    child.once('close', (code, signal) => {
      if (stopping) return resolve({ code: 0, reason: 'it was stopped.' });
      const said = lastLines().join('\n');
      resolve({
        code: 1,
        reason: `func ended with ${signal ?? `exit code ${code}`}. It said last:\n${said}`,
      });
    });
  });

  async function stop(): Promise<void> {
    stopping = true;
    signalGroup(child, 'SIGINT');
    const timer = setTimeout(killGroup, stopGraceMs);
    await exited;
    clearTimeout(timer);
    process.off('exit', killGroup);
  }

  const url = `http://127.0.0.1:${port}`;
  try {
    await untilItAnswers(
      url + options.answersAt,
      exited,
      options.timeoutMs ?? defaultTimeoutMs,
      options.signal,
    );
  } catch (error) {
    await stop();
    throw error;
  }
  return { url, stop, exited };
}

function forwardLines(child: ChildProcess, logger: Logger): () => string[] {
  const last: string[] = [];
  for (const stream of [child.stdout, child.stderr]) {
    if (!stream) continue;
    createInterface(stream).on('line', (line) => {
      last.push(line);
      if (last.length > linesKept) last.shift();
      logger(stream === child.stdout ? 'info' : 'warn', line, { type: 'app-log' });
    });
  }
  return () => last;
}

async function untilItAnswers(
  address: string,
  exited: Promise<HostExit>,
  timeoutMs: number,
  signal: AbortSignal | undefined,
): Promise<void> {
  let ended: HostExit | undefined;
  void exited.then((exit) => {
    ended = exit;
  });
  const deadline = Date.now() + timeoutMs;
  for (;;) {
    signal?.throwIfAborted();
    if (ended) throw new Error(`Cannot start the app on Core Tools: ${ended.reason}`);
    if (Date.now() > deadline)
      throw new Error(
        `Cannot start the app on Core Tools: ${address} did not answer within ${timeoutMs / 1000} s.`,
      );
    // While the host starts it refuses connections, or answers 404 and 503 without a document of the app.
    const answer = await fetch(address, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined);
    if (answer?.headers.get('content-type')?.includes('json')) return;
    await sleep(200);
  }
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
  }
}
