import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm, rmdir } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { fetchBundle } from '../../bundles/fetch-bundle.js';
import { readSettings } from '../../config/read-settings.js';
import { addCommand } from '../add-command.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { openStore } from '../open-bundles.js';
import { createProgress } from '../terminal/create-progress.js';
import { formatBytes } from '../terminal/format-bytes.js';
import { UsageError } from '../usage-error.js';
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
      await mustBeFree(target);
      const store = await openStore(settings, context);
      const unfinished = join(dirname(target), `.${basename(target)}.${randomUUID()}`);
      await mkdir(unfinished, { recursive: true });
      try {
        const progress = createProgress(output.progress, 'Fetching');
        const { signal } = context;
        const files = await fetchBundle(store, ref, unfinished, {
          signal,
          onProgress: (state) => progress.update(state),
        }).finally(() => progress.end());
        signal.throwIfAborted();
        // Somebody may have put something there meanwhile: a folder that is not empty is not removed.
        await rmdir(target).catch(unlessAbsent(target));
        await rename(unfinished, target);
        const bytes = files.reduce((sum, { size }) => sum + size, 0);
        output.say(
          `Fetched ${ref} into ${target}: ${files.length} files, ${formatBytes(bytes)}, each verified.`,
        );
        output.document({ ref, folder: target, files: files.length, bytes });
      } finally {
        await rm(unfinished, { recursive: true, force: true });
      }
      return exitCodes.done;
    },
  );
}

async function mustBeFree(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    unlessAbsent(folder)(error);
    return [];
  });
  if (names.length > 0) throw notFree(folder);
}

function unlessAbsent(folder: string) {
  return (error: NodeJS.ErrnoException): void => {
    if (error.code === 'ENOENT') return;
    throw ['ENOTDIR', 'ENOTEMPTY', 'EEXIST', 'EBUSY'].includes(error.code ?? '')
      ? notFree(folder, error)
      : error;
  };
}

function notFree(folder: string, cause?: Error): UsageError {
  return new UsageError(`Cannot fetch into ${folder}: it is not empty. Name a new folder, or empty it.`, {
    cause,
  });
}
