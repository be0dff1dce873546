import { z } from 'zod';

/** Where results, jobs and bundles are kept: one storage account, by connection string or by identity. */
export type AzureBackend =
  | { container: string; connection_string: string }
  | {
      container: string;
      /** For example `https://myaccount.blob.core.windows.net`. */
      account_url: string;
      /** Client id of a user-assigned managed identity; the system-assigned one when absent. */
      client_id?: string;
    };

/** Azure's rule for the names of containers and queues. */
export const StorageName = z
  .string()
  .regex(
    /^[a-z0-9](?!.*--)[a-z0-9-]{1,61}[a-z0-9]$/,
    'must be 3 to 63 lower-case letters, digits and single hyphens',
  );

/** The account's name within a connection string, when it says one. */
export function accountOf(connectionString: string): string | undefined {
  if (/UseDevelopmentStorage=true/i.test(connectionString)) return 'devstoreaccount1';
  return /(?:^|;)AccountName=([^;]+)/i.exec(connectionString)?.[1];
}
