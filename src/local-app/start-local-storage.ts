import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { type Azurite, type AzuritePorts, startAzurite } from '../local-host/start-azurite.js';
import { StorageInUse } from '../local-host/storage-in-use.js';
import { settingsFile } from './settings-file.js';

const Ports = z.object({ blob: z.number(), queue: z.number(), table: z.number() });
/** Where Azurite's users look for it. */
const usualPorts: AzuritePorts = { blob: 10_000, queue: 10_001, table: 10_002 };

/** Storage on this machine. */
export interface LocalStorage extends Azurite {
  /** Ports on which it was to listen, and something else does. */
  taken: number[];
}

/**
 * Starts storage: in memory, on any ports, or in a folder, which has it again at the next start. Then it listens where it did the
 * last time, at first on Azurite's usual ports, and on free ones in the place of those that are taken.
 *
 * @throws Error when another process has the folder.
 */
export async function startLocalStorage(folder: string | undefined): Promise<LocalStorage> {
  if (folder === undefined) return { ...(await startAzurite()), taken: [] };
  await makePrivate(folder);
  const wanted = (await readPorts(folder)) ?? usualPorts;
  const azurite = await startAzurite({ folder: join(folder, 'storage'), ports: wanted }).catch(
    (error: unknown) => {
      if (!(error instanceof StorageInUse)) throw error;
      throw new Error(
        `Cannot keep storage in ${folder}: process ${error.pid} does so already. Use what it runs (. ${settingsFile(folder)}), end it with Ctrl-C, or name another folder with --storage.`,
        { cause: error },
      );
    },
  );
  await writeFile(portsFile(folder), JSON.stringify(azurite.ports));
  const { ports } = azurite;
  const taken = [wanted.blob, wanted.queue].filter((port, at) => port !== [ports.blob, ports.queue][at]);
  return { ...azurite, taken };
}

/** For this user alone, since results lie in it, and for no repository. */
async function makePrivate(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, '.gitignore'), '*\n');
}

async function readPorts(folder: string): Promise<AzuritePorts | undefined> {
  try {
    return Ports.parse(JSON.parse(await readFile(portsFile(folder), 'utf8')));
  } catch {
    return undefined; // the first start, or half a file: then it is written again
  }
}

function portsFile(folder: string): string {
  return join(folder, 'ports.json');
}
