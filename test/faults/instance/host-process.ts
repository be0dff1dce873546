import type { HostTiming } from '../../../src/local-host/host-timing.js';
import type { HostEvent, LogLevel } from '../../../src/local-host/logger.js';
import { type LocalHost, startLocalHost } from '../../../src/local-host/start-local-host.js';

/** What a host in a process of its own is told, and what it tells. */
export type ToHost = { start: { env: NodeJS.ProcessEnv; timing: Partial<HostTiming> } } | { stop: true };
export type FromHost =
  | { line: string; level: LogLevel; event?: HostEvent | undefined }
  | { started: true }
  | { failed: string };

// The entry of the process: the embedded host, so that it can be killed. It ends with the one that started it.
let host: LocalHost | undefined;
const tell = (message: FromHost) => {
  if (process.connected) process.send?.(message);
};

process.once('disconnect', () => process.exit(1));
process.on('message', (message: ToHost) => {
  if ('start' in message) void start(message.start);
  else void stop();
});

async function start({
  env,
  timing,
}: {
  env: NodeJS.ProcessEnv;
  timing: Partial<HostTiming>;
}): Promise<void> {
  try {
    host = await startLocalHost({
      env,
      timing,
      logger: (level, line, event) => tell({ level, line, event }),
    });
    tell({ started: true });
    const { code } = await host.exited;
    process.exit(code);
  } catch (error) {
    tell({ failed: error instanceof Error ? error.message : String(error) });
    setImmediate(() => process.exit(1));
  }
}

async function stop(): Promise<void> {
  if (host) await host.stop();
  else process.exit(0);
}
