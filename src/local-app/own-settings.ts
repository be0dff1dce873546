const storage = /^(AZURE_|AzureWebJobs|MODELOPS_AZURE_STORAGE_ACCOUNT$|MODELOPS_QUEUE_CONNECTION$)/i;
const everything = /^(MODELOPS_(?!PYTHON$)|AZURE_|AzureWebJobs|AzureFunctionsJobHost|FUNCTIONS_)/i;

/**
 * A shell's environment without settings that would lead elsewhere: those of another storage account, or, for the
 * demonstration, which must be the same everywhere, all but MODELOPS_PYTHON.
 */
export function ownSettings(env: NodeJS.ProcessEnv, without: 'storage' | 'everything'): NodeJS.ProcessEnv {
  const unwanted = without === 'storage' ? storage : everything;
  // An empty setting counts as absent, and must not hide a default.
  return Object.fromEntries(
    Object.entries(env).filter(([name, value]) => value !== '' && !unwanted.test(name)),
  );
}
