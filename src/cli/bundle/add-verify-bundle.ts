import type { Command } from 'commander';
import { allAtOnce } from '../../bundles/all-at-once.js';
import { openBundleFile } from '../../bundles/format/open-bundle-file.js';
import { readBundleFiles } from '../../bundles/format/read-bundle-files.js';
import { verifiedBytes } from '../../bundles/format/verified-bytes.js';
import { readWithRetries } from '../../bundles/read-with-retries.js';
import { readSettings } from '../../config/read-settings.js';
import { BundleUnavailable } from '../../simulation/bundle-unavailable.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { openStore } from '../open-bundles.js';
import { counted } from '../terminal/counted.js';
import { createProgress } from '../terminal/create-progress.js';
import { formatBytes } from '../terminal/format-bytes.js';
import { bundleRefOf } from './bundle-ref-of.js';

/** `mops-cold bundle verify` */
export function addVerifyBundle(bundle: Command, context: CliContext): void {
  addCommand(
    bundle,
    context,
    'verify <reference>',
    'read every file of a bundle in the store, and compare it with its digest; exits with 1 when one differs',
    (command) => command,
    async (output, _options, [reference]) => {
      const ref = bundleRefOf(reference);
      const { settings } = readSettings(context.env);
      const store = await openStore(settings, context);
      const files = await readBundleFiles(store, ref);
      const progress = createProgress(output.progress, 'Verifying');
      let done = 0;
      const problems = await allAtOnce(files, { limit: 8, signal: context.signal }, async (file) => {
        const refuse = (what: string) => new BundleUnavailable(`${file.path} ${what}.`);
        try {
          await readWithRetries(
            () => openBundleFile(store, ref, file, refuse),
            async (bytes) => {
              for await (const _ of verifiedBytes(bytes, file, refuse));
            },
            context.signal,
          );
          return [];
        } catch (error) {
          if (error instanceof BundleUnavailable) return [error.message];
          throw error; // the store is in trouble, which says nothing of the bundle
        } finally {
          progress.update({ done: ++done, total: files.length });
        }
      }).finally(() => progress.end());
      const found = problems.flat();
      for (const problem of found) output.say(problem);
      const bytes = files.reduce((sum, { size }) => sum + size, 0);
      output.say(
        found.length === 0
          ? `${ref} is whole: ${counted(files.length, 'file')}, ${formatBytes(bytes)}, in ${store.name}.`
          : `${ref} is damaged in ${store.name}: ${found.length} of ${counted(files.length, 'file')}. Push it again with --repair.`,
      );
      output.document({ ref, verified: found.length === 0, files: files.length, bytes, problems: found });
      return found.length === 0 ? exitCodes.done : exitCodes.couldNot;
    },
  );
}
