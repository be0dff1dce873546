import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'lossless-json';
import { stringifyJson } from '../contracts/json/stringify-json.js';
import { writeWhole } from '../files/write-whole.js';

const name = 'requires_fresh_process';

/**
 * Says in a bundle's metadata that its tasks need a fresh process: in the file that has metadata already, and otherwise in a new one.
 *
 * @param folder of the bundle
 * @returns the file, relative to the folder
 * @throws Error when its manifest is no JSON object
 */
export async function markBundle(folder: string): Promise<string> {
  const manifest = join('.modelops', 'manifest.json');
  const project = 'pyproject.toml';
  const [text, toml] = [await textOf(join(folder, manifest)), await textOf(join(folder, project))];
  if (text === undefined && toml !== undefined && /^\[tool\.modelops\]\s*$/m.test(toml)) {
    const line = `${name} = true`;
    const said = new RegExp(`^${name}\\s*=.*$`, 'm');
    const marked = said.test(toml)
      ? toml.replace(said, line)
      : toml.replace(/^\[tool\.modelops\]\s*$/m, `[tool.modelops]\n${line}`);
    await writeWhole(join(folder, project), [marked]);
    return project;
  }
  const content = text === undefined ? {} : parse(text);
  if (typeof content !== 'object' || content === null || Array.isArray(content))
    throw new Error(
      `Cannot write ${name} into ${join(folder, manifest)}: it is no JSON object. Make it one, or remove it.`,
    );
  await writeWhole(join(folder, manifest), [`${stringifyJson({ ...content, [name]: true }, 2)}\n`]);
  return manifest;
}

async function textOf(path: string): Promise<string | undefined> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
    throw error;
  });
}
