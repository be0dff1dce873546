import { resolve } from 'node:path';
import type { Command } from 'commander';
import { pullBundle } from '../../bundles/pull-bundle.js';
import { readSettings } from '../../config/read-settings.js';
import { openStore } from '../../connections/open-bundles.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { createProgress } from '../terminal/create-progress.js';
import { bundleRefOf } from './bundle-ref-of.js';

/** `mops-cold bundle pull` */
export function addPull(bundle: Command, context: CliContext): void {
  addCommand(
    bundle,
    context,
    'pull <reference> <folder>',
    'fetch a bundle into a folder that is new or empty, every file verified',
    (command) => command,
    async (output, _options, [reference, folder = '']) => {
      const ref = bundleRefOf(reference);
      const { settings } = readSettings(context.env);
      const target = resolve(folder);
      const progress = createProgress(output.progress, 'Fetching');
      const { files, bytes } = await pullBundle(() => openStore(settings, context), ref, target, {
        signal: context.signal,
        onProgress: (state) => progress.update(state),
      }).finally(() => progress.end());
      output.say(
        `Fetched ${ref} into ${target}: ${counted(files, 'file')}, ${formatBytes(bytes)}, each verified.`,
      );
      output.document({ ref, folder: target, files, bytes });
      return exitCodes.done;
    },
  );
}
