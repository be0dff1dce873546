/** Says, before anything is read, that there is nowhere to submit to, and what there is without. */
export function mustHaveStorage(env: NodeJS.ProcessEnv): void {
  if (env.AZURE_STORAGE_CONNECTION_STRING || env.MODELOPS_AZURE_STORAGE_ACCOUNT) return;
  throw new Error(
    'Cannot submit: no storage is set. To run these tasks on this machine, with nothing else running: `mops-cold run` with the same file or --grid. To submit them, set AZURE_STORAGE_CONNECTION_STRING, or MODELOPS_AZURE_STORAGE_ACCOUNT to use an identity; `npm run dev` has storage here, and prints the line that sets it.',
  );
}
