import { type Command, Option } from 'commander';
import { placeArguments, placeOf } from '../../deployment/place.js';
import { type DeployedUp, deployUp } from '../../deployment/up/deploy-up.js';
import type { UpOptions } from '../../deployment/up/up-options.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { createReporter } from '../terminal/create-reporter.js';
import type { Output } from '../terminal/output.js';
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
        .option('--wait-minutes <count>', 'how long to wait for what takes time to come up', parseMinutes, 20)
        .option('--no-smoke', 'run no simulation at the end'),
    async (output, options) => {
      const deployed = await deployUp(options, { caller: context, reporter: createReporter(output) });
      sayNext(output, deployed, placeArguments(placeOf(options)));
      output.document(deployed);
      return exitCodes.done;
    },
  );
}

function sayNext(output: Output, { environment }: DeployedUp, where: string): void {
  output.say('\nIt runs. To submit:');
  for (const [name, value] of Object.entries(environment)) output.say(`  export ${name}=${value}`);
  output.say('  mops-cold submit --bundle ./model --entrypoint my_model.seir/baseline --grid beta=0.2,0.3');
  output.say(`To look after it: mops-cold deploy status|check|down ${where}`);
}

function collect(value: string, earlier: string[] = []): string[] {
  return [...earlier, value];
}
