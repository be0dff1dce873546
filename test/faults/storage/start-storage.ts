import { type Azurite, startAzurite } from '../../../src/local-host/start-azurite.js';
import type { Random } from '../seeded-random.js';
import { type StorageProxy, startStorageProxy } from './storage-proxy.js';

/** Azurite with everything on disk, and before it a proxy, which alone the app knows. */
export interface CampaignStorage {
  proxy: StorageProxy;
  /** Through the proxy. */
  forTheApp: string;
  /** Past it. It stays the same when Azurite is started again. */
  direct: string;
  /** Has all connections cut, ends Azurite with requests under way, and starts it again on the same data. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Azurite is asked to save before it ends: it keeps its index in memory and writes it every five seconds, so that a kill would lose writes that it has
 * acknowledged, which the service never does. What was under way is cut off all the same, done or not.
 */
export async function startStorage(folder: string, random: Random): Promise<CampaignStorage> {
  let azurite: Azurite = await startAzurite({ folder });
  const { ports, connectionString: direct } = azurite;
  const proxy = await startStorageProxy(random);
  proxy.lead(ports);
  let restarted = Promise.resolve();
  return {
    proxy,
    forTheApp: direct
      .replace(`:${ports.blob}/`, `:${proxy.ports.blob}/`)
      .replace(`:${ports.queue}/`, `:${proxy.ports.queue}/`),
    direct,
    restart() {
      restarted = restarted.then(restart);
      return restarted;
    },
    async stop() {
      await proxy.close();
      await azurite.stop();
    },
  };

  async function restart(): Promise<void> {
    proxy.lead(undefined);
    await azurite.stop();
    azurite = await startAzurite({ folder, ports });
    const { blob, queue } = azurite.ports;
    if (blob !== ports.blob || queue !== ports.queue)
      throw new Error('Cannot start Azurite again where it was: something else has taken its ports.');
    proxy.lead(ports);
  }
}
