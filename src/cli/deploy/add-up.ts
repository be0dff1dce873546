import { type Command, Option } from 'commander';
import type { UpOptions } from '../../deployment/up/up-options.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { collect } from '../collect.js';
import { parseMinutes } from './parse-minutes.js';
import { withPlace } from './with-place.js';

/** `mops-cold deploy up` */
export function addUp(deploy: Command, context: CliContext): void {
  addCommand<UpOptions>(
    deploy,
    context,
    'up',
    'make everything that the app needs, build its image, start it, and try it out; what is there already stays',
    (command) =>
      withPlace(command)
        .option('--location <region>', 'where, as in westeurope (needed when the resource group is new)')
        .addOption(
          new Option('--hosting <hosting>', 'where the app runs (default: premium)').choices([
            'premium',
            'containerapps',
          ]),
        )
        .option('--parameters <file>', 'a .bicepparam or .json file of parameters; may be repeated', collect)
        .option('--set <key=value>', 'one parameter, before those of files; may be repeated', collect)
        .option('--requirements <file>', 'a requirements.txt whose packages the image is to have')
        .option('--build-tools', 'the image is to have compilers, for bundles that are built in the app')
        .option('--wait-minutes <count>', 'how long to wait for what takes time to come up', parseMinutes, 20)
        .option('--no-smoke', 'run no simulation at the end'),
    async (output, options) => (await import('./up.js')).up(output, context, options),
  );
}
