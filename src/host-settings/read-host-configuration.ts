import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { decodeText } from '../files/decode-text.js';

/** Values of host.json by their path, lower case and joined with `:`, for example `extensions:queues:batchsize`. */
export type HostConfiguration = ReadonlyMap<string, string>;

const overridePrefix = 'azurefunctionsjobhost:';

/**
 * host.json of an app, with the overrides that the environment names as `AzureFunctionsJobHost__extensions__queues__…`.
 * Names are compared without case, as the Functions host does.
 *
 * @throws Error when host.json is absent or is not a JSON object.
 */
export function readHostConfiguration(appFolder: string, env: NodeJS.ProcessEnv): HostConfiguration {
  const values = new Map<string, string>();
  collect(readHostJson(join(appFolder, 'host.json')), [], values);
  for (const [name, value] of Object.entries(env)) {
    const path = name.toLowerCase().replaceAll('__', ':');
    if (value !== undefined && path.startsWith(overridePrefix)) {
      values.set(path.slice(overridePrefix.length), value);
    }
  }
  return values;
}

function readHostJson(file: string): object {
  let parsed: unknown;
  try {
    const text = decodeText(readFileSync(file));
    if (typeof text !== 'string') throw new Error(`it ${text.wrong}`);
    parsed = JSON.parse(text);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(
      `Cannot read ${file}: ${reason}. A functions app needs a host.json that is a JSON object.`,
      { cause },
    );
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
    throw new Error(
      `Cannot use ${file}: it is not a JSON object. Write one, for example {"version": "2.0"}.`,
    );
  }
  return parsed;
}

function collect(value: unknown, path: readonly string[], into: Map<string, string>): void {
  if (value === null || value === undefined) return;
  if (typeof value !== 'object') {
    into.set(path.join(':').toLowerCase(), String(value));
    return;
  }
  for (const [key, inner] of Object.entries(value)) collect(inner, [...path, key], into);
}
