import { spawnSync } from 'node:child_process';
import { findBicep } from './find-bicep.js';

export interface BicepRun {
  exitCode: number | null;
  stdout: string;
  stderr: string;
}

/** Runs the Bicep compiler in a folder, without any network. */
export function runBicep(folder: string, ...args: string[]): BicepRun {
  const bicep = findBicep();
  if (bicep === undefined) throw new Error('Cannot run Bicep: there is no compiler.');
  const { status, stdout, stderr, error } = spawnSync(bicep, args, {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1', DOTNET_SYSTEM_GLOBALIZATION_INVARIANT: '1' },
    timeout: 120_000,
  });
  if (error) throw error;
  return { exitCode: status, stdout, stderr };
}

/** Runs `bicep snapshot` for a parameter file, always for the same place, so that only what is deployed can differ. */
export function runSnapshot(folder: string, parameters: string): BicepRun {
  const place = ['--subscription-id', '00000000-0000-0000-0000-000000000000'];
  place.push('--resource-group', 'modelops', '--location', 'westeurope', '--deployment-name', 'main');
  return runBicep(folder, 'snapshot', parameters, '--mode', 'overwrite', ...place);
}
