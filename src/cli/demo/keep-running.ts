import { once } from 'node:events';
import { demoGrid } from '../../demonstration/demo-model.js';
import { type LocalApp, withLocalApp } from '../../demonstration/with-local-app.js';
import type { CliContext } from '../cli-context.js';
import { createOutput } from '../terminal/output.js';
import type { DemoOptions } from './demo-options.js';
import { hostLog } from './host-log.js';

/** Keeps storage and app running for a person's own tasks, until Ctrl-C. */
export async function keepRunning(
  { env, stdout, stderr, signal }: CliContext,
  { func = false, verbose }: DemoOptions,
): Promise<void> {
  const output = createOutput({ stdout, stderr }, false);
  const logger = hostLog(verbose ? 'everything' : 'app', stderr);
  await withLocalApp({ env, func, logger }, signal, async (app, stillHosted) => {
    output.say(instructions(app));
    if (!stillHosted.aborted) await once(stillHosted, 'abort');
    if (!signal.aborted) throw stillHosted.reason;
    output.say('Stopping. What was stored is gone with it.');
  });
}

function instructions({ clientEnv: env, healthUrl, model }: LocalApp): string {
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
