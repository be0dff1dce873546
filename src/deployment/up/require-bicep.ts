import { AzFailed } from '../az/az-failed.js';
import type { Az } from '../az/create-az.js';

/** @throws Error when `az` has no Bicep compiler */
export async function requireBicep(az: Az): Promise<void> {
  try {
    await az.run(['bicep', 'version']);
  } catch (error) {
    if (!(error instanceof AzFailed)) throw error;
    throw new Error(
      `Cannot deploy: the Azure CLI has no Bicep compiler. \`az bicep install\` gives it one. (${error.reason})`,
      { cause: error },
    );
  }
}
