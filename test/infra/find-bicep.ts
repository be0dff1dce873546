import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The Bicep compiler: `BICEP` says where it is, otherwise it is looked for on PATH. Undefined when there is none. */
export function findBicep(env: NodeJS.ProcessEnv = process.env): string | undefined {
  if (env.BICEP) return env.BICEP;
  return (env.PATH ?? '')
    .split(delimiter)
    .map((folder) => join(folder, 'bicep'))
    .find(existsSync);
}

/** For the `skip` of a test that needs it. */
export const withoutBicep: string | false =
  findBicep() === undefined && 'there is no Bicep compiler: set BICEP to it, or put bicep on PATH';
