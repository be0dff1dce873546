import type { Settings } from '../config/settings.js';

/**
 * Says to a person whose terminal knows no storage how it comes to know one.
 *
 * @throws Error when the settings name none
 */
export function mustNameStorage(settings: Settings): void {
  if (settings.AZURE_STORAGE_CONNECTION_STRING || settings.MODELOPS_AZURE_STORAGE_ACCOUNT) return;
  throw new Error(
    'Cannot connect: no storage is set. Set AZURE_STORAGE_CONNECTION_STRING, or MODELOPS_AZURE_STORAGE_ACCOUNT to use an identity; `npm run dev` has storage here, and prints the line that sets it. What `mops-cold run` made needs none: it is in its folder of results.',
  );
}
