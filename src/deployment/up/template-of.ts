import { resolve } from 'node:path';
import { readText } from '../../files/read-text.js';
import { UnreadableFile } from '../../files/unreadable-file.js';
import { UsageError } from '../../reporting/usage-error.js';
import type { Template } from './template.js';
import type { UpOptions } from './up-options.js';

/**
 * The parameters as options give them.
 *
 * @throws UsageError for a file that is not there, and for what has an option of its own
 */
export async function templateOf({
  name,
  location,
  hosting,
  parameters = [],
  set = [],
}: UpOptions): Promise<Template> {
  for (const file of parameters) {
    if (!/\.(bicepparam|json)$/.test(file))
      throw new UsageError(
        `Cannot use --parameters ${file}: give a .bicepparam or a .json file; a single value is given with --set key=value.`,
      );
    await readText(file).catch((cause: unknown) => {
      if (!(cause instanceof UnreadableFile)) throw cause;
      throw new UsageError(`Cannot use --parameters ${file}: ${cause.why}.`, { cause });
    });
  }
  for (const pair of set) {
    const [, key] = /^([A-Za-z]\w*)=/.exec(pair) ?? [];
    if (key === undefined)
      throw new UsageError(
        `Cannot use --set ${pair}: it must look like key=value, as in maximumInstances=5.`,
      );
    if (key === 'name') throw new UsageError('Cannot use --set name=…: give --name.');
  }
  return {
    files: parameters.map((file) => resolve(file)),
    values: [
      ...set,
      ...(hosting === undefined ? [] : [`hosting=${hosting}`]),
      ...(location === undefined ? [] : [`location=${location}`]),
      `name=${name}`,
    ],
  };
}
