import { normalisedName } from '../../contracts/bundle/normalised-name.js';
import type { LackingWheel } from './lacking-wheel.js';
import { referredSource, type Source } from './source.js';

/** The requirements of a requirements.txt in which all is fixed, each with the lines that go on with it. */
export function requirementBlocks(text: string): string[] {
  return text.match(/(?:.*\\\n)*.*\n?/g)?.filter((block) => block !== '') ?? [];
}

/** Whether a requirement is of this distribution; one by path does not say which it is of. */
export function isOf(block: string, name: string): boolean {
  const [, named] = /^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(\[[^\]]*\]\s*)?(@|[=<>!~;\s\\]|$)/.exec(block) ?? [];
  return named !== undefined && normalisedName(named) === normalisedName(name);
}

/** A requirement by path alone. */
export function isPath(block: string): boolean {
  return /^\s*(\.{0,2}\/|file:)/.test(block) && !/\.whl\b/.test(block);
}

/** Where the source is of what a requirement fixes. */
export function requiredSource(
  block: string,
  { name, version: told = '' }: LackingWheel,
  { folder, indexes }: { folder: string; indexes: string[] },
): Source {
  const [requirement = ''] = block
    .replace(/\\\n/g, ' ')
    .trim()
    .split(/\s+(?=--|;)/);
  const hashes = [...block.matchAll(/--hash[= ](\S+)/g)].flatMap(([, hash]) => hash ?? []);
  if (isPath(requirement)) return referredSource({ name, version: told }, requirement, folder);
  const [, reference] = /@\s*(\S+)/.exec(requirement) ?? [];
  if (reference !== undefined) {
    const source = referredSource({ name, version: told }, reference, folder);
    return 'url' in source && hashes.length > 0 ? { ...source, hashes } : source;
  }
  const [, version = told] = /==\s*(\S+)/.exec(requirement) ?? [];
  return { name, version, indexes, hashes };
}
