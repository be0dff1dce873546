import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';

/**
 * The `func` command of Azure Functions Core Tools, as an absolute path.
 *
 * @throws Error that says where to get it, when it is not on PATH.
 */
export async function findCoreTools(env: NodeJS.ProcessEnv): Promise<string> {
  for (const folder of (env.PATH ?? '').split(delimiter).filter((path) => path !== '')) {
    const path = join(folder, 'func');
    const usable = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (usable) return path;
  }
  throw new Error(
    'Cannot use Azure Functions Core Tools: there is no func on PATH, and --func needs it. Install it (https://learn.microsoft.com/azure/azure-functions/functions-run-local), or leave --func out: the embedded host does the same.',
  );
}
