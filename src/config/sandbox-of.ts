import type { Settings } from './settings.js';

/** What keeps simulations from the app, as its settings have it. */
export function sandboxOf(settings: Settings) {
  return {
    users: settings.MODELOPS_SANDBOX_UIDS,
    required: settings.MODELOPS_REQUIRE_SANDBOX,
    processes: settings.MODELOPS_SANDBOX_MAX_PROCESSES,
    fileBytes: settings.MODELOPS_SANDBOX_MAX_FILE_BYTES,
  };
}
