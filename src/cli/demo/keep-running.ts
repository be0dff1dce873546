import { once } from 'node:events';
import { resolve } from 'node:path';
import { shellWord } from '../../contracts/validation/shell-word.js';
import { type DemoModel, demoGrid, demoModel } from '../../demonstration/demo-model.js';
import { checkWritable } from '../../files/check-writable.js';
import { type LocalApp, withLocalApp } from '../../local-app/with-local-app.js';
import { writeSettings } from '../../local-app/write-settings.js';
import type { CliContext } from '../cli-context.js';
import { storageFolder } from '../storage-folder.js';
import { createOutput } from '../terminal/output.js';
import type { DemoOptions } from './demo-options.js';
import { hostLog } from './host-log.js';

/** Keeps storage and app running for a person's own tasks, until Ctrl-C. */
export async function keepRunning(
  { env, stdout, stderr, signal }: CliContext,
  { func = false, verbose, storage, inMemory, tasksAtOnce }: DemoOptions,
): Promise<void> {
  const output = createOutput({ stdout, stderr }, false);
  const logger = hostLog(verbose ? 'everything' : 'app', stderr);
  const keptIn = inMemory ? undefined : resolve(storage ?? storageFolder);
  if (keptIn !== undefined) await checkWritable(keptIn);
  await withLocalApp({ env, func, logger, keptIn, tasksAtOnce }, signal, async (app, stillHosted) => {
    const { python, clientEnv } = app;
    const folder = keptIn ?? app.folder;
    const model = await demoModel({ python, folder, env: clientEnv }, stillHosted);
    output.say(instructions(app, keptIn, await writeSettings(folder, clientEnv), model));
    if (!stillHosted.aborted) await once(stillHosted, 'abort');
    if (!signal.aborted) throw stillHosted.reason;
    output.say('Stopping: tasks that run are ended, and their messages go back to the queue.');
  });
  output.say(
    keptIn === undefined ? 'Ended. What was stored is gone.' : `Ended. Storage is kept in ${keptIn}.`,
  );
}

function instructions(app: LocalApp, keptIn: string | undefined, settings: string, model: DemoModel): string {
  const { storage, tasksAtOnce, healthUrl } = app;
  const { blob, queue } = storage.ports;
  const kept =
    keptIn === undefined
      ? 'In memory: what is stored goes when this ends.'
      : `Storage is kept in ${keptIn}; the next start finds it again.`;
  const moved =
    storage.taken.length === 0
      ? ''
      : `\nPort ${storage.taken.join(' and ')} of this machine is taken: settings that were read before lead elsewhere, read them again.`;
  return `Storage and app are running: blobs on port ${blob}, queues on port ${queue}, ${tasksAtOnce} task${tasksAtOnce === 1 ? '' : 's'} at once (--tasks-at-once).
${kept}${moved}
In another terminal, in this folder (npm install --global . in the checkout installs mops-cold):

. ${shellWord(settings)}
mops-cold submit --bundle ${model.folder} --entrypoint ${demoGrid.entrypoint} --grid beta=0.2,0.3,0.4 --replicates 2 --watch

Health: ${healthUrl}
How tasks end is shown here. Ctrl-C stops everything.
`;
}
