import { allAtOnce } from '../../bundles/all-at-once.js';
import type { BundleStore, ListedBundle } from '../../bundles/bundle-store.js';
import { readBundleFiles } from '../../bundles/format/read-bundle-files.js';
import { readSettings } from '../../config/read-settings.js';
import { openStore } from '../../connections/open-bundles.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import { BundleUnavailable } from '../../simulation/bundle-unavailable.js';
import type { CliContext } from '../cli-context.js';
import { type ExitCode, exitCodes } from '../exit-codes.js';
import { formatTable } from '../terminal/format-table.js';
import type { Output } from '../terminal/output.js';

interface Described extends ListedBundle {
  files: number | null;
  bytes: number | null;
  /** Why it cannot be used; empty when it can. */
  problem: string;
}

/** What `mops-cold bundle list` does. */
export async function list(
  output: Output,
  context: CliContext,
  { repository }: { repository?: string },
): Promise<ExitCode> {
  const { settings } = readSettings(context.env);
  const store = await openStore(settings, context);
  const bundles = await allAtOnce(
    await store.list(repository),
    { limit: 8, signal: context.signal },
    (entry) => describe(store, entry),
  );
  output.note(
    `${bundles.length === 0 ? 'There is no bundle' : counted(bundles.length, 'bundle')} in ${store.name}.`,
  );
  if (bundles.length > 0) {
    output.say(
      formatTable(
        ['reference', 'files', 'size', 'names'],
        bundles.map(({ ref, files, bytes, tags, problem }) => [
          ref,
          files === null ? '' : String(files),
          bytes === null ? '' : formatBytes(bytes),
          [tags.join(', '), problem.split('\n')[0]].filter(Boolean).join(': '),
        ]),
      ),
    );
  }
  output.document({ bundles });
  return exitCodes.done;
}

async function describe(store: BundleStore, listed: ListedBundle): Promise<Described> {
  if (listed.problem !== undefined) return { ...listed, files: null, bytes: null, problem: listed.problem };
  try {
    const files = await readBundleFiles(store, listed.ref);
    return {
      ...listed,
      files: files.length,
      bytes: files.reduce((sum, { size }) => sum + size, 0),
      problem: '',
    };
  } catch (error) {
    // What others keep in the same place need not be a bundle.
    if (!(error instanceof BundleUnavailable)) throw error;
    return { ...listed, files: null, bytes: null, problem: error.message };
  }
}
