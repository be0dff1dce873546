import { readBundleFiles } from '../../bundles/format/read-bundle-files.js';
import { readSettings } from '../../config/read-settings.js';
import { namedBundle } from '../../connections/named-bundle.js';
import { openCache } from '../../connections/open-bundles.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { formatTable } from '../terminal/format-table.js';
import type { Output } from '../terminal/output.js';

/** What `mops-cold bundle show` does. */
export async function show(
  output: Output,
  context: CliContext,
  [refOrPath = '']: (string | undefined)[],
): Promise<ExitCode> {
  const { settings } = readSettings(context.env);
  const named = await namedBundle(refOrPath, settings, context);
  const source = await named.source();
  const files = await readBundleFiles(source, named.ref);
  const local = await openCache(settings, source).ensureLocal(named.ref, context.signal);
  const { metadata, pythonRanges, dependencies } = local;
  const remarks = [...local.remarks, ...named.remarks];
  await local.release();
  const bytes = files.reduce((sum, { size }) => sum + size, 0);
  output.say(`${named.ref}: ${counted(files.length, 'file')}, ${formatBytes(bytes)}`);
  for (const [name, value] of Object.entries(metadata))
    output.say(`  ${name}: ${typeof value === 'string' ? value : JSON.stringify(value)}`);
  for (const { range, file } of pythonRanges) output.say(`  Python ${range} (${file})`);
  for (const what of dependencies) output.say(`  needs what ${what.file} names`);
  for (const remark of remarks) output.say(`  ${remark}`);
  output.say('');
  output.say(
    formatTable(
      ['size', 'digest', '', 'file'],
      files.map(({ path, size, digest, executable, external }) => [
        formatBytes(size),
        digest.slice(0, 19),
        executable ? 'x' : '',
        external === undefined ? path : `${path} (${external})`,
      ]),
    ),
  );
  output.document({
    ref: named.ref,
    bytes,
    metadata,
    python: pythonRanges,
    dependencies,
    remarks,
    files,
  });
  return exitCodes.done;
}
