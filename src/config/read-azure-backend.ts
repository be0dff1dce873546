import { type AzureBackend, accountOf } from '../azure-backend/azure-backend.js';
import { ConfigurationError } from './configuration-error.js';
import type { Settings } from './settings.js';

/**
 * The `azure_backend` that the settings describe.
 *
 * @throws ConfigurationError when there is none, or when two settings name different accounts.
 */
export function readAzureBackend(settings: Settings): AzureBackend {
  const container = settings.MODELOPS_AZURE_CONTAINER;
  const connectionString = settings.AZURE_STORAGE_CONNECTION_STRING;
  const account = settings.MODELOPS_AZURE_STORAGE_ACCOUNT;

  if (connectionString) {
    const named = accountOf(connectionString);
    if (account && named && accountName(account) !== named) {
      throw new ConfigurationError([
        `AZURE_STORAGE_CONNECTION_STRING names the account "${named}" and MODELOPS_AZURE_STORAGE_ACCOUNT "${accountName(account)}": remove one of them.`,
      ]);
    }
    return { container, connection_string: connectionString };
  }
  if (!account) {
    throw new ConfigurationError([
      'There is no azure_backend: set AZURE_STORAGE_CONNECTION_STRING, or MODELOPS_AZURE_STORAGE_ACCOUNT to use a managed identity.',
    ]);
  }
  return {
    container,
    account_url: account.includes('://')
      ? account.replace(/\/$/, '')
      : `https://${account}.blob.core.windows.net`,
    ...(settings.AZURE_CLIENT_ID ? { client_id: settings.AZURE_CLIENT_ID } : {}),
  };
}

function accountName(account: string): string {
  return account.includes('://') ? (new URL(account).hostname.split('.')[0] ?? account) : account;
}
