import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { batchSizeSetting } from '../../demonstration/batch-size-setting.js';
import { type DemoModel, demoGrid, demoModel } from '../../demonstration/demo-model.js';
import { openStage } from '../../demonstration/open-stage.js';
import { ownSettings } from '../../demonstration/own-settings.js';
import { checkHost, type HealthyHost, startHost } from '../../demonstration/start-host.js';
import { whileHosted } from '../../demonstration/while-hosted.js';
import type { CliContext } from '../cli-context.js';
import { createOutput } from '../terminal/output.js';
import type { DemoOptions } from './demo-options.js';
import { hostLog } from './host-log.js';

/** Keeps storage and app running for a person's own tasks, until Ctrl-C. */
export async function keepRunning(
  { env, stdout, stderr, signal }: CliContext,
  options: DemoOptions,
): Promise<void> {
  const output = createOutput({ stdout, stderr }, false);
  const func = options.func === true;
  const settings = ownSettings(env, 'storage');
  await checkHost({ func }, settings);
  const stage = await openStage(settings);
  try {
    const model = await demoModel(stage, signal);
    signal.throwIfAborted();
    const appEnv = { [batchSizeSetting]: String(Math.min(availableParallelism(), 4)), ...stage.env };
    const logger = hostLog(options.verbose ? 'everything' : 'app', stderr);
    const host = await startHost({ func, env: appEnv, logger }, signal);
    // A cache of its own: what the app has not fetched from the store, it does not have.
    const clientEnv = { ...appEnv, MODELOPS_BUNDLES_CACHE_DIR: join(stage.folder, 'client-cache') };
    await whileHosted(host, signal, async (stillHosted) => {
      output.say(instructions(clientEnv, host, model));
      if (!stillHosted.aborted) await once(stillHosted, 'abort');
      if (!signal.aborted) throw stillHosted.reason;
      output.say('Stopping. What was stored is gone with it.');
    });
  } finally {
    await stage.close();
  }
}

function instructions(env: NodeJS.ProcessEnv, { healthUrl }: HealthyHost, model: DemoModel): string {
  const settings = Object.entries(env)
    .filter(([name]) => name.startsWith('MODELOPS_'))
    .map(([name, value = '']) => `export ${name}=${quoted(value)}`);
  const proxied = ['HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'].some((name) => env[name]);
  return `Storage and app are running. In another terminal, in this folder:

export AZURE_STORAGE_CONNECTION_STRING=${quoted(env.AZURE_STORAGE_CONNECTION_STRING ?? '')}
export AzureWebJobsStorage="$AZURE_STORAGE_CONNECTION_STRING"
${settings.join('\n')}${proxied ? `\nexport NO_PROXY=${quoted(env.NO_PROXY ?? '')}` : ''}

npx mops-cold submit --bundle ${model.folder} --entrypoint ${demoGrid.entrypoint} --grid beta=0.2,0.3,0.4 --replicates 2 --watch

Health: ${healthUrl}
How tasks end is shown here. Ctrl-C stops everything.
`;
}

/** For any POSIX shell. */
function quoted(value: string): string {
  return `'${value.replaceAll("'", "'\\''")}'`;
}
