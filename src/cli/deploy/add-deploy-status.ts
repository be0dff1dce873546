import type { Command } from 'commander';
import type { PlaceOptions } from '../../deployment/place.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { withPlace } from './with-place.js';

/** `mops-cold deploy status` */
export function addDeployStatus(deploy: Command, context: CliContext): void {
  addCommand<PlaceOptions>(
    deploy,
    context,
    'status',
    'what is deployed: the state of the deployment, app, image, health, and what is in the queues',
    withPlace,
    async (output, options) => (await import('./status.js')).status(output, context, options),
  );
}
