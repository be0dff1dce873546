import type { Command } from 'commander';
import { deploymentName } from './deployment-name.js';

/** Adds the options that say which deployment is meant. */
export function withPlace(command: Command): Command {
  return command
    .requiredOption(
      '--name <name>',
      'name of the deployment: 2 to 14 lower-case letters and digits',
      deploymentName,
    )
    .option('--resource-group <group>', 'resource group that it is in (default: modelops-<name>)');
}
