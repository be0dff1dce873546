import { placeArguments, placeOf } from '../../deployment/place.js';
import { type DeployedUp, deployUp } from '../../deployment/up/deploy-up.js';
import type { UpOptions } from '../../deployment/up/up-options.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { createReporter } from '../terminal/create-reporter.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold deploy up` does. */
export async function up(output: Output, context: CliContext, options: UpOptions): Promise<ExitCode> {
  const deployed = await deployUp(options, { caller: context, reporter: createReporter(output) });
  sayNext(output, deployed, placeArguments(placeOf(options)));
  output.document(deployed);
  return exitCodes.done;
}

function sayNext(output: Output, { environment }: DeployedUp, where: string): void {
  output.say('\nIt runs. To submit:');
  for (const [name, value] of Object.entries(environment)) output.say(`  export ${name}=${value}`);
  output.say('  mops-cold submit --bundle ./model --entrypoint my_model.seir/baseline --grid beta=0.2,0.3');
  output.say(`To look after it: mops-cold deploy status|check|down ${where}`);
}
