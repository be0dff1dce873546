import { type ChildProcess, fork } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { packageRoot } from '../package/package-root.js';
import { StorageInUse } from './storage-in-use.js';

/** Where its services listen, on 127.0.0.1. */
export interface AzuritePorts {
  readonly blob: number;
  readonly queue: number;
  readonly table: number;
}

/** A running Azurite: blobs, queues and tables. */
export interface Azurite {
  readonly connectionString: string;
  readonly ports: AzuritePorts;
  readonly pid: number;
  /** Ends the process and waits until it is gone, and until everything is on disk. What is in memory is gone. */
  readonly stop: () => Promise<void>;
}

export interface AzuriteOptions {
  /** Where everything is kept; made when missing. In memory when absent. */
  folder?: string | undefined;
  /** Where to listen, unless something else does: then, and by default, on free ports. */
  ports?: AzuritePorts;
  timeoutMs?: number;
}

// Azurite's one well-known account; it opens nothing but this process.
const account = 'devstoreaccount1';
const accountKey = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==';
/** For what it saves as it ends; it has saved every 5 s before. */
const savingMs = 30_000;

/**
 * Starts Azurite. It ends with `stop()`, or with the process that called this.
 *
 * @throws StorageInUse when a running process has the folder. One that was killed counts for ten seconds more, which are waited for.
 */
export async function startAzurite(options: AzuriteOptions = {}): Promise<Azurite> {
  for (;;) {
    try {
      return await startOnce(options);
    } catch (error) {
      // Something took a port after it was found free, another Azurite say: it is found taken the next time.
      if (!(error instanceof PortTaken)) throw error;
    }
  }
}

/** It is a package of development: where `mops-cold` was installed without the checkout, it may lie beside it. */
function mustBeInstalled(): void {
  try {
    createRequire(import.meta.url).resolve('azurite/package.json');
  } catch (cause) {
    const { devDependencies } = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'));
    throw new Error(
      `Cannot keep storage on this machine: Azurite, which does, is not installed beside mops-cold. Install it there, \`npm install --global azurite@${devDependencies.azurite}\` with the --prefix that mops-cold has, or name storage that runs in AZURE_STORAGE_CONNECTION_STRING and use \`mops-cold submit\`.`,
      { cause },
    );
  }
}

class PortTaken extends Error {
  override readonly name = 'PortTaken';
}

async function startOnce({
  folder,
  ports: wanted = { blob: 0, queue: 0, table: 0 },
  timeoutMs = 60_000,
}: AzuriteOptions): Promise<Azurite> {
  mustBeInstalled();
  if (folder !== undefined) await mkdir(folder, { recursive: true, mode: 0o700 });
  // Detached: Ctrl-C in a terminal must not end the storage before those who still write to it.
  const child = fork(
    join(packageRoot, 'dist', 'src', 'local-host', 'azurite-main.js'),
    [
      ['--blobPort', `${wanted.blob}`, '--queuePort', `${wanted.queue}`, '--tablePort', `${wanted.table}`],
      folder === undefined ? ['--inMemoryPersistence'] : ['--location', folder],
      ['--skipApiVersionCheck', '--disableTelemetry', '--silent'],
    ].flat(),
    { cwd: tmpdir(), execArgv: [], stdio: ['ignore', 'pipe', 'pipe', 'ipc'], detached: true },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const kill = async (): Promise<void> => {
    child.kill('SIGKILL');
    await exited;
  };
  const stop = async (): Promise<void> => {
    if (folder === undefined) return kill(); // there is nothing to save
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill('SIGKILL'), savingMs);
    await exited;
    clearTimeout(timer);
  };
  try {
    const ports = await listeningPorts(child, timeoutMs, folder);
    return { connectionString: connectionString(ports), ports, pid: child.pid ?? -1, stop };
  } catch (error) {
    await kill();
    throw error;
  }
}

async function listeningPorts(
  child: ChildProcess,
  timeoutMs: number,
  folder: string | undefined,
): Promise<AzuritePorts> {
  const output: string[] = [];
  const found = new Map<string, number>();
  return new Promise((resolve, reject) => {
    const fail = (state: string): void => {
      clearTimeout(timer);
      const said = output.join('\n').slice(-2000);
      const Failure = said.includes('EADDRINUSE') ? PortTaken : Error;
      reject(
        new Failure(
          `Cannot start Azurite: ${state}. Is the package installed? It said: ${said || '(nothing)'}`,
        ),
      );
    };
    const timer = setTimeout(() => fail(`it was not ready within ${timeoutMs} ms`), timeoutMs);
    child.once('error', (error) => fail(error.message));
    child.once('message', ({ heldBy }: { heldBy: number }) => {
      clearTimeout(timer);
      reject(new StorageInUse(folder ?? '', heldBy));
    });
    child.once('exit', (code, signal) => fail(`it ended with ${signal ?? `exit code ${code}`}`));
    const onLine = (line: string): void => {
      if (output.length < 100) output.push(line);
      const match = /^Azurite (Blob|Queue|Table) service is successfully listening at \S+:(\d+)$/.exec(
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

function connectionString(ports: AzuritePorts): string {
  const endpoint = (port: number): string => `http://127.0.0.1:${port}/${account};`;
  return (
    `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${accountKey};` +
    `BlobEndpoint=${endpoint(ports.blob)}QueueEndpoint=${endpoint(ports.queue)}TableEndpoint=${endpoint(ports.table)}`
  );
}
