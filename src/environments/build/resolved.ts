import { readFile } from 'node:fs/promises';
import { hasCode } from '../../files/has-code.js';
import { writeWhole } from '../../files/write-whole.js';
import { besides } from './build-plan.js';
import type { Work } from './work.js';

/**
 * What an environment was resolved to when it was first built: a requirements.txt in which every version is fixed. With it, an
 * environment that is built again, or elsewhere, has the same packages.
 */
export async function readResolved({ plan, options }: Work): Promise<string | undefined> {
  const kept = await (await options.resolutions?.())?.read(plan.id);
  if (kept !== undefined) return kept;
  try {
    const own = await readFile(besides(plan).resolved, 'utf8');
    return await keepEverywhere(own, plan.id, options);
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined;
    throw error;
  }
}

/** @returns what is to be installed: what another machine was resolved to meanwhile, or the text */
export async function keepResolved({ plan, options }: Work, text: string): Promise<string> {
  if (!worthKeeping(text)) return text;
  const kept = await keepEverywhere(text, plan.id, options);
  await writeWhole(besides(plan).resolved, [kept]);
  return kept;
}

async function keepEverywhere(text: string, id: string, { resolutions }: Work['options']): Promise<string> {
  return (await (await resolutions?.())?.keep(id, text)) ?? text;
}

/** Paths of a build lead nowhere after it; what stands before the @ of an address may be a password. */
function worthKeeping(text: string): boolean {
  return !/^(-e|[./]|file:)|@ file:|:\/\/(?!git@)[^/\s@]+@/m.test(text);
}
