import { join } from 'node:path';
import { sandboxOf } from './sandbox-of.js';
import type { Settings } from './settings.js';

/**
 * Where bundles find their Python, under these settings.
 *
 * @param retry whether a person waits for it, who may have put right what a remembered build failed for
 */
export function environmentOptions(settings: Settings, { retry = false } = {}) {
  const { MODELOPS_UV: uv, MODELOPS_INDEX_URL: indexUrl, MODELOPS_PYTHONS: pythons } = settings;
  const { MODELOPS_MEM_LIMIT_BYTES: memoryBytes } = settings;
  return {
    python: settings.MODELOPS_PYTHON,
    venvsFolder: settings.MODELOPS_VENVS_DIR,
    linksFolder: join(settings.MODELOPS_SCRATCH_DIR, 'python3'),
    ...(settings.MODELOPS_ENVIRONMENTS === 'build' && {
      build: {
        ...(uv !== undefined && { uv }),
        ...(pythons !== undefined && { pythons }),
        ...(indexUrl !== undefined && { indexUrl }),
        extraIndexUrls: settings.MODELOPS_EXTRA_INDEX_URLS ?? [],
        limitBytes: settings.MODELOPS_VENVS_BYTES,
        fresh: settings.MODELOPS_FORCE_FRESH_VENV,
        retry,
        sandbox: sandboxOf(settings),
        limits: {
          ...(memoryBytes !== undefined && { memoryBytes }),
          diskBytes: settings.MODELOPS_VENVS_BYTES,
          timeoutMs: settings.MODELOPS_TASK_TIMEOUT_SECONDS * 1000,
        },
      },
    }),
  };
}
