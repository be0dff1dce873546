import type { TokenCredential } from '@azure/identity';

/**
 * Who asks for access: in Azure the app's managed identity, on a person's machine whoever has done `az login`. The library
 * is loaded only where an identity is used: that takes as long as loading the rest of a worker.
 *
 * @param clientId of a user-assigned managed identity; the system-assigned one when absent
 */
export async function identity(clientId: string | undefined): Promise<TokenCredential> {
  const { DefaultAzureCredential } = await import('@azure/identity');
  return new DefaultAzureCredential(clientId ? { managedIdentityClientId: clientId } : {});
}
