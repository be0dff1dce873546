import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { LocalBundle } from '../simulation/ports.js';
import type { Declaration } from './declaration.js';
import { readInBundle } from './read-in-bundle.js';
import { requirementsLines } from './requirements-lines.js';

/**
 * What a bundle declares, whole.
 *
 * @throws EnvironmentFailed when its requirements.txt refers to a file that is not in the bundle.
 */
export async function readDeclaration(bundle: LocalBundle): Promise<Declaration> {
  const { pythonRanges, dependencies } = bundle;
  const declaration: Declaration = {
    pythonRanges: pythonRanges.map(({ range }) => range),
    requirements: [],
    constraints: [],
    options: [],
  };
  for (const declared of dependencies) {
    if (declared.file === 'uv.lock') {
      declaration.lock = { root: declared.root, packages: declared.packages };
      if (declared.packages.some(({ origin }) => origin?.inBundle)) declaration.ownFiles = bundle.digest;
    } else if (declared.file === 'pyproject.toml') declaration.requirements.push(...declared.requirements);
    else await readRequirements(bundle, declared.file, declared.requirements.join('\n'), declaration);
  }
  if (bundle.isProject) declaration.project = bundle.digest;
  if (await takesOwnFiles(bundle, declaration)) declaration.ownFiles = bundle.digest;
  return declaration;
}

/** Requirements by path, folders of wheels that options name, and the folder `wheels`, which is looked into where there is no lock. */
async function takesOwnFiles({ path }: LocalBundle, declaration: Declaration): Promise<boolean> {
  const { lock, requirements, constraints, options } = declaration;
  if (lock) return false;
  if ([...requirements, ...constraints].some((text) => isPath(text.trim()))) return true;
  if (options.some((text) => /^(-e|--editable|-f|--find-links)/.test(text) && !text.includes('://')))
    return true;
  return (await stat(join(path, 'wheels')).catch(() => undefined))?.isDirectory() ?? false;
}

function isPath(requirement: string): boolean {
  return !requirement.includes('://') && /^[./~]|@\s*file:|\.(whl|zip|tar\.gz)$/i.test(requirement);
}

/** Adds what a requirements.txt says to a declaration, and what the files say that it refers to. */
async function readRequirements(bundle: LocalBundle, name: string, text: string, into: Declaration) {
  const seen = new Set<string>();
  async function read(file: string, content: string, kind: 'requirements' | 'constraints'): Promise<void> {
    for (const { requirement, options, refersTo } of requirementsLines(content)) {
      if (refersTo && !/^[a-z]+:/i.test(refersTo.path)) {
        // What a file of constraints refers to constrains, whichever option it uses.
        const kindThere = kind === 'constraints' ? kind : refersTo.kind;
        const there = await readInBundle(bundle.path, file, refersTo.path);
        if (seen.has(`${kindThere} ${there.name}`)) continue;
        seen.add(`${kindThere} ${there.name}`);
        await read(there.name, there.content, kindThere);
        continue;
      }
      if (requirement !== '') into[kind].push(requirement);
      if (options !== '') into.options.push(requirement === '' ? options : `${requirement} ${options}`);
    }
  }
  seen.add(`requirements ${name}`);
  await read(name, text, 'requirements');
}
