import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'smol-toml';
import { z } from 'zod';
import type { LockedPackage } from '../../contracts/bundle/declared-dependencies.js';
import { normalisedName } from '../../contracts/bundle/normalised-name.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import type { LocalBundle } from '../../simulation/ports.js';
import { askRequirements } from '../ask-requirements.js';
import type { Declaration } from '../declaration.js';
import { noEditable } from './no-editable.js';

/** Options of a whole requirements.txt, which say where packages come from. */
const global =
  /^(-i|--index-url|--extra-index-url|-f|--find-links|--no-index|--pre|--no-binary|--only-binary|--prefer-binary|--trusted-host)\b/;

/** A requirements.txt that stands for what a bundle without a uv.lock declares. */
export interface Requirements {
  /** Lines of options that say where packages come from. */
  options: string[];
  /** Whether it names hashes, so that every package must have one. */
  hashed: boolean;
  /** All of it. */
  text: string;
}

/**
 * What a bundle declares without a uv.lock.
 *
 * @throws EnvironmentFailed when it holds what no environment can be built from.
 */
export async function requirementsOf(bundle: LocalBundle, declaration: Declaration): Promise<Requirements> {
  const own = bundle.dependencies.some(({ file }) => file === 'pyproject.toml');
  if (own) await refuseSources(bundle);
  noEditable(declaration.options);
  const options = declaration.options.filter((line) => global.test(line));
  const withOptions = declaration.options.filter((line) => !line.startsWith('-'));
  // A requirement with options of its own stands in both lists.
  const plain = declaration.requirements.filter(
    (requirement) => !withOptions.some((line) => line.startsWith(`${requirement} `)),
  );
  const constraints = declaration.constraints.length > 0 ? ['-c constraints.txt'] : [];
  return {
    options,
    hashed: withOptions.some((line) => line.includes('--hash')),
    text: lines([...options, ...constraints, ...plain, ...withOptions]),
  };
}

export function lines(each: string[]): string {
  return each.map((line) => `${line}\n`).join('');
}

/** Only uv knows them, and only while it locks. */
async function refuseSources(bundle: LocalBundle): Promise<void> {
  const project = parse(await readFile(join(bundle.path, 'pyproject.toml'), 'utf8')) as {
    tool?: { uv?: { sources?: object } };
  };
  const sources = Object.keys(project.tool?.uv?.sources ?? {});
  if (sources.length === 0) return;
  throw new EnvironmentFailed(
    `Cannot build the environment of the bundle: [tool.uv.sources] in its pyproject.toml says where ${sources.join(', ')} ${sources.length === 1 ? 'comes' : 'come'} from, which only a lock fixes. Run \`uv lock\` beside it, and push it with its uv.lock.`,
  );
}

/** What a uv.lock has for one interpreter: normalised name and version. */
export const Locked = z.object({
  needed: z.array(z.tuple([z.string(), z.string().nullable()])),
  unchecked: z.array(z.string()),
});

/**
 * The packages of a uv.lock that this interpreter needs, as pip takes them.
 *
 * @throws EnvironmentFailed when one of them comes from where only uv can fetch it.
 */
export async function lockedForPip(python: string, lock: NonNullable<Declaration['lock']>): Promise<string> {
  const { needed, unchecked } = await askRequirements(python, { ask: 'locked', lock }, Locked);
  const packages = new Map(
    lock.packages.map((each) => [`${normalisedName(each.name)}==${each.version}`, each]),
  );
  const registries = new Set<string>();
  const pinned = needed.map(([name, version]) => {
    const text = version === null ? name : `${name}==${version}`;
    const found = packages.get(text);
    const hashes = found?.origin?.files.filter((file) => /^sha(256|384|512):/.test(file)) ?? [];
    const registry = registryOf(found);
    if (registry === undefined || hashes.length === 0) throw needsUv(text);
    registries.add(registry);
    return [text, ...hashes.map((hash) => `--hash=${hash}`)].join(' ');
  });
  if (unchecked[0] !== undefined) throw needsUv(unchecked[0]);
  const [first, ...more] = registries;
  return lines([
    ...(first === undefined ? [] : [`--index-url ${first}`]),
    ...more.map((registry) => `--extra-index-url ${registry}`),
    ...pinned,
  ]);
}

function registryOf(found: LockedPackage | undefined): string | undefined {
  const registry = found?.origin?.inBundle ? undefined : found?.origin?.source.registry;
  return typeof registry === 'string' ? registry : undefined;
}

function needsUv(what: string): EnvironmentFailed {
  return new EnvironmentFailed(
    `Cannot build the environment of the bundle with pip: what its uv.lock says of ${what} takes uv. Install uv, or let MODELOPS_UV name it.`,
  );
}
