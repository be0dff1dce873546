import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import type { Command } from 'commander';
import { fetchBundle } from '../../bundles/fetch-bundle.js';
import { readSettings } from '../../config/read-settings.js';
import { openStore } from '../../connections/open-bundles.js';
import { counted } from '../../reporting/counted.js';
import { formatBytes } from '../../reporting/format-bytes.js';
import { UsageError } from '../../reporting/usage-error.js';
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
      const isThere = await mustBeFree(target);
      const store = await openStore(settings, context);
      // A folder that is there is filled, whatever it is mounted on and whoever stands in it; another one appears whole.
      const name = `.${basename(target)}.${randomUUID()}`;
      const unfinished = isThere ? join(target, name) : join(dirname(target), name);
      await mkdir(unfinished, { recursive: true });
      const progress = createProgress(output.progress, 'Fetching');
      try {
        const { signal } = context;
        const files = await fetchBundle(store, ref, unfinished, {
          signal,
          onProgress: (state) => progress.update(state),
        }).finally(() => progress.end());
        signal.throwIfAborted();
        if (isThere) await fill(target, unfinished);
        else await rename(unfinished, target);
        const bytes = files.reduce((sum, { size }) => sum + size, 0);
        output.say(
          `Fetched ${ref} into ${target}: ${counted(files.length, 'file')}, ${formatBytes(bytes)}, each verified.`,
        );
        output.document({ ref, folder: target, files: files.length, bytes });
      } finally {
        await rm(unfinished, { recursive: true, force: true });
      }
      return exitCodes.done;
    },
  );
}

/** @returns whether there is a folder, an empty one */
async function mustBeFree(folder: string): Promise<boolean> {
  try {
    const [there] = await readdir(folder);
    if (there !== undefined) throw notFree(folder, `it is not empty (${there} is there)`);
    return true;
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT') return false;
    if (code === 'ENOTDIR') throw notFree(folder, 'it is a file, or lies below one');
    throw error;
  }
}

/** Somebody may have put something there meanwhile: that stays as it is. */
async function fill(folder: string, from: string): Promise<void> {
  const names = await readdir(folder);
  if (names.some((name) => name !== basename(from))) throw notFree(folder, 'it is not empty any more');
  const moved: string[] = [];
  try {
    for (const name of await readdir(from)) {
      await rename(join(from, name), join(folder, name));
      moved.push(name);
    }
  } catch (error) {
    // Half a bundle would pass for a whole one.
    for (const name of moved) await rm(join(folder, name), { recursive: true, force: true });
    throw error;
  }
}

function notFree(folder: string, why: string): UsageError {
  return new UsageError(`Cannot fetch into ${folder}: ${why}. Name a new folder, or empty it.`);
}
