import { type ChildProcess, fork } from 'node:child_process';
import { tmpdir } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A running Azurite: blobs and queues (and tables) in memory, on ports of its own. */
export interface Azurite {
  readonly connectionString: string;
  readonly ports: { readonly blob: number; readonly queue: number; readonly table: number };
  readonly pid: number;
  /** Ends the process and waits until it is gone. Everything that was stored is gone too. */
  readonly stop: () => Promise<void>;
}

// Azurite's one well-known account; it opens nothing but this process.
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';

/** Starts Azurite on free ports of 127.0.0.1. It ends with `stop()`, or with the process that called this. */
export async function startAzurite({ timeoutMs = 60_000 } = {}): Promise<Azurite> {
  // Detached: Ctrl-C in a terminal must not end the storage before those who still write to it.
  const child = fork(
    fileURLToPath(new URL('azurite-main.js', import.meta.url)),
    [
      ['--blobPort', '0', '--queuePort', '0', '--tablePort', '0'],
      ['--inMemoryPersistence', '--skipApiVersionCheck', '--disableTelemetry', '--silent'],
    ].flat(),
    { cwd: tmpdir(), execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const stop = async (): Promise<void> => {
    child.kill('SIGKILL'); // everything is in memory: there is nothing to save
    await exited;
  };
  try {
    const ports = await listeningPorts(child, timeoutMs);
    return { connectionString: connectionString(ports), ports, pid: child.pid ?? -1, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function listeningPorts(child: ChildProcess, timeoutMs: number): Promise<Azurite['ports']> {
  const output: string[] = [];
  const found = new Map<string, number>();
  return new Promise((resolve, reject) => {
    const fail = (state: string): void => {
      clearTimeout(timer);
      const said = output.join('\n').slice(-2000);
      reject(
        new Error(
          `Cannot start Azurite: ${state}. Is the package installed? It said: ${said || '(nothing)'}`,
        ),
      );
    };
    const timer = setTimeout(() => fail(`it was not ready within ${timeoutMs} ms`), timeoutMs);
    child.once('error', (error) => fail(error.message));
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? `exit code ${code}`}`));
    const onLine = (line: string): void => {
      if (output.length < 100) output.push(line);
      const match = /Azurite (Blob|Queue|Table) service is successfully listening at \S+:(\d+)$/.exec(
        line.trim(),
      );
      if (match?.[1] !== undefined) found.set(match[1].toLowerCase(), Number(match[2]));
      const [blob, queue, table] = [found.get('blob'), found.get('queue'), found.get('table')];
      if (blob === undefined || queue === undefined || table === undefined) return;
      clearTimeout(timer);
      resolve({ blob, queue, table });
    };
    // Both are read to the end, or a full pipe would stop Azurite.
    for (const stream of [child.stdout, child.stderr]) if (stream) createInterface(stream).on('line', onLine);
  });
}

function connectionString(ports: Azurite['ports']): string {
  const endpoint = (port: number): string => `http://127.0.0.1:${port}/${account};`;
  return (
    `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};` +
    `BlobEndpoint=${endpoint(ports.blob)}QueueEndpoint=${endpoint(ports.queue)}TableEndpoint=${endpoint(ports.table)}`
  );
}
