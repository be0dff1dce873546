import { accountOf } from '../azure-backend/azure-backend.js';
import type { Deployed } from './deployed.js';

type Reached = Pick<Deployed, 'storageAccount'> & Partial<Pick<Deployed, 'queue' | 'registry' | 'asked'>>;

/** The settings by which `submit` and the others reach a deployment. */
export function submitSettings({ storageAccount, queue, registry, asked }: Reached): Record<string, string> {
  return {
    MODELOPS_AZURE_STORAGE_ACCOUNT: storageAccount,
    ...(queue === undefined || queue === 'simulation-tasks' ? {} : { MODELOPS_QUEUE_NAME: queue }),
    ...(asked?.bundleSource === 'oci' ? { MODELOPS_BUNDLE_REGISTRY: `${registry}/bundles` } : {}),
  };
}

/**
 * A person's environment, without the settings that lead to another app: who deploys may have Azurite in theirs. A connection string
 * stays when it is for the same account.
 */
export function storageEnvironment(reached: Reached, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(env).filter(([name, value]) => {
    if (name === 'AZURE_STORAGE_CONNECTION_STRING') return accountOf(value ?? '') === reached.storageAccount;
    return !/^(MODELOPS_|AzureWebJobsStorage)/.test(name);
  });
  return { ...Object.fromEntries(kept), ...submitSettings(reached) };
}
