import { readSettings } from '../../config/read-settings.js';
import type { Settings } from '../../config/settings.js';
import { namedBundle } from '../../connections/named-bundle.js';
import { openCache, openStore } from '../../connections/open-bundles.js';
import { buildHere } from '../../prebuild/build-here.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';
import { buildInApp } from './build-in-app.js';
import { pushWithProgress } from './push-with-progress.js';

export interface BuildOptions {
  repository?: string;
  inApp?: boolean;
  repair?: boolean;
}

/** What `mops-cold bundle build` does. */
export async function build(
  output: Output,
  context: CliContext,
  { repository, inApp = false, repair = false }: BuildOptions,
  [refOrPath = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { settings } = readSettings(context.env);
  const named = await namedBundle(refOrPath, settings, context, {
    ...(repository !== undefined && { repository }),
  });
  for (const remark of named.remarks) output.note(remark);
  await pushWithProgress(named, output);
  const environment = inApp
    ? await buildInApp(output, context, named.ref, repair)
    : await here(output, context, settings, named.ref, repair);
  if (environment === undefined) {
    output.say(
      'The bundle declares no packages: it runs in the Python of the app, and nothing has to be built.',
    );
  } else {
    const { id, version, platform, new_bytes: bytes } = environment;
    const how = bytes === 0 ? 'is stored already' : `is stored (${formatBytes(bytes)})`;
    output.say(`The environment ${id} of ${named.ref} ${how}, for Python ${version} on ${platform}.`);
  }
  output.document({ ref: named.ref, environment: environment ?? null });
  return exitCodes.done;
}

async function here(
  output: Output,
  context: CliContext,
  settings: Settings,
  ref: string,
  repair: boolean,
): ReturnType<typeof buildInApp> {
  const bundle = await openCache(settings, await openStore(settings, context)).ensureLocal(
    ref,
    context.signal,
  );
  try {
    output.note('Building the environment, unless it is there.');
    const kept = await buildHere(settings, bundle, context, {
      again: repair,
      warn: (sentence) => output.note(sentence),
    });
    if (kept === undefined) return undefined;
    const { id, python, digest, size = 0 } = kept;
    return { id, ...python, digest, new_bytes: size };
  } finally {
    await bundle.release();
  }
}
