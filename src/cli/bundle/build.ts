import { readSettings } from '../../config/read-settings.js';
import { namedBundle } from '../../connections/named-bundle.js';
import { openCache } from '../../connections/open-bundles.js';
import { buildHere } from '../../prebuild/build-here.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import type { Output } from '../terminal/output.js';
import { pushWithProgress } from './push-with-progress.js';

export interface BuildOptions {
  repository?: string;
  repair?: boolean;
}

/** What `mops-cold bundle build` does. */
export async function build(
  output: Output,
  context: CliContext,
  { repository, repair = false }: BuildOptions,
  [refOrPath = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { settings } = readSettings(context.env);
  const named = await namedBundle(refOrPath, settings, context, {
    ...(repository !== undefined && { repository }),
  });
  for (const remark of named.remarks) output.note(remark);
  await pushWithProgress(named, output);
  const bundle = await openCache(settings, await named.source()).ensureLocal(named.ref, context.signal);
  try {
    output.note('Building the environment, unless it is there.');
    const kept = await buildHere(settings, bundle, context, {
      again: repair,
      warn: (sentence) => output.note(sentence),
    });
    if (kept === undefined) {
      output.say(
        'The bundle declares no packages: it runs in the Python of the app, and nothing has to be built.',
      );
      output.document({ ref: named.ref, environment: null });
      return exitCodes.done;
    }
    const { id, python, digest, size } = kept;
    const how = size === undefined ? 'is stored already' : `is stored (${formatBytes(size)})`;
    output.say(
      `The environment ${id} of ${named.ref} ${how}, for Python ${python.version} on ${python.platform}.`,
    );
    output.document({ ref: named.ref, environment: { id, python, digest, new_bytes: size ?? 0 } });
    return exitCodes.done;
  } finally {
    await bundle.release();
  }
}
