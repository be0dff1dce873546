import type { Command } from 'commander';
import type { DeployCheckOptions } from '../../deployment/check/examine.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { collect } from '../collect.js';
import { parseMinutes } from './parse-minutes.js';
import { withPlace } from './with-place.js';

/** `mops-cold deploy check` */
export function addDeployCheck(deploy: Command, context: CliContext): void {
  addCommand<DeployCheckOptions>(
    deploy,
    context,
    'check',
    'compare a running app with what was asked: identity, roles, queues, image, executor, scaler, Python, settings',
    (command) =>
      withPlace(command)
        .option('--bundle <path|reference>', 'a model that the app is to try out, without running it')
        .option('--entrypoint <name>', 'one that its tasks will name; may be repeated', collect)
        .option(
          '--target <module:function>',
          'one that its results will be compared with; may be repeated',
          collect,
        )
        .option('--requirements <file>', 'the requirements.txt that the image was built with')
        .option('--build-tools', 'the image was built with compilers')
        .option('--wait-minutes <count>', 'how long to wait for the app to answer', parseMinutes, 5)
        .option('--no-smoke', 'run no simulation'),
    async (output, options) => (await import('./check.js')).check(output, context, options),
  );
}
