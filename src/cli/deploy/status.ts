import { createAz } from '../../deployment/az/create-az.js';
import { type PlaceOptions, placeOf } from '../../deployment/place.js';
import { type DeployStatus, readDeployStatus } from '../../deployment/status/read-deploy-status.js';
import { counted } from '../../reporting/counted.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold deploy status` does. */
export async function status(output: Output, context: CliContext, options: PlaceOptions): Promise<ExitCode> {
  const az = createAz(context.env, context.signal);
  const status = await readDeployStatus(az, placeOf(options), context.signal);
  for (const line of linesOf(status)) output.say(line);
  output.document(status);
  return exitCodes.done;
}

function linesOf(status: DeployStatus): string[] {
  const { app, queues } = status;
  return [
    `Deployment ${status.name}, in ${status.resource_group}: ${status.state}${status.at ? ` (${status.at})` : ''}`,
    ...(app
      ? [
          `App         ${app.name}, ${app.hosting}, ${app.executor}`,
          `Image       ${app.image}`,
          `Health      ${app.healthy ? 'healthy' : app.trouble} (${app.health_url})`,
        ]
      : [`App         ${withoutApp(status)}`]),
    ...queues.map(({ name, messages }) => `Queue       ${name}: ${howMany(messages)}`),
    ...(status.storage_account ? [`Storage     ${status.storage_account}`] : []),
  ];
}

function withoutApp({ state }: DeployStatus): string {
  return state === 'Succeeded'
    ? 'none yet: the deployment has made everything but the app'
    : 'Azure does not tell while its latest deployment has not succeeded; one from before may run';
}

function howMany(messages: number | 'missing' | null): string {
  if (messages === 'missing') return 'it is not there';
  return messages === null ? 'nobody tells how many messages' : `about ${counted(messages, 'message')}`;
}
