import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { normalisedName } from '../../contracts/bundle/normalised-name.js';
import type { WireSources } from '../../contracts/bundle/wire-sources.js';
import type { LocalBundle } from '../../simulation/ports.js';
import { chosenDependencies } from './chosen-dependencies.js';
import { otherLock } from './other-lock.js';
import { readDependencies } from './read-dependencies.js';
import { readManifest } from './read-manifest.js';
import { readMetadata } from './read-metadata.js';
import { type Project, readPyproject } from './read-pyproject.js';
import { registeredModels } from './registered-models.js';
import { requiredNames } from './required-names.js';
import { textIfPresent } from './text-if-present.js';

/** What a bundle says of itself, in files of its own. */
export type Declarations = Omit<LocalBundle, 'digest' | 'path'>;

/**
 * @param folder of the bundle
 * @param refuse makes the error from the end of a sentence that begins with the bundle
 * @throws what `refuse` makes, when a file cannot be read as what it is, or two of them contradict each other.
 */
export async function readDeclarations(
  folder: string,
  refuse: (what: string, cause?: unknown) => Error,
): Promise<Declarations> {
  const text = (...names: string[]) =>
    textIfPresent(join(folder, ...names), (what) => refuse(`its ${names.join('/')} ${what}.`));
  const [manifestText, tomlText, pyprojectText, requirementsText, lockText, pylockText, registryText] =
    await Promise.all([
      text('.modelops', 'manifest.json'),
      text('.modelops', 'modelops.toml'),
      text('pyproject.toml'),
      text('requirements.txt'),
      text('uv.lock'),
      text('pylock.toml'),
      text('.modelops-bundle', 'registry.yaml'),
    ]);
  const manifest = readManifest(manifestText);
  const pyproject = readPyproject(pyprojectText, refuse);
  const metadata = readMetadata(
    { manifest: manifest.content, pyproject: pyproject.tool, toml: tomlText },
    refuse,
  );
  const dependencies = readDependencies(
    {
      lock: lockText,
      pylock: pylockText,
      pyproject: chosenDependencies(pyproject, metadata, refuse),
      requirements: requirementsText,
    },
    refuse,
  );
  const other = otherLock((file) => existsSync(join(folder, file)), dependencies);
  const isProject = pyproject.installs ?? existsSync(join(folder, 'setup.py'));
  return {
    metadata,
    ...(isProject && { isProject }),
    pythonRanges: [
      ...(metadata.python === undefined
        ? []
        : [
            {
              range: metadata.python,
              file: manifest.content?.python === undefined ? 'pyproject.toml' : manifestName,
            },
          ]),
      ...(pyproject.requiresPython === undefined
        ? []
        : [{ range: pyproject.requiresPython, file: 'pyproject.toml' }]),
      ...dependencies.flatMap((each) =>
        each.file === 'pylock.toml' && each.pythonRange !== undefined
          ? [{ range: each.pythonRange, file: each.file }]
          : [],
      ),
    ],
    dependencies,
    wire: wireSources(pyproject.project, await requiredNames(folder, dependencies)),
    models: await registeredModels(registryText),
    remarks: [
      ...manifest.remarks,
      ...(other ? [`Its ${other.file} says what it needs, and is not taken. ${other.instead}`] : []),
    ],
    ...(other && { otherLock: other }),
  };
}

function wireSources(project: Project | undefined, required: string[]): WireSources {
  if (!project) return { entryPoints: [], distributions: required };
  const { name: distribution, version = null } = project;
  const entryPoints = Object.entries(project.entryPoints).map(([name, value]) => ({
    name,
    // What stands in brackets behind it are extras that it needs.
    value: value.replace(/\[.*$/s, '').trim(),
    distribution,
    version,
  }));
  const own = normalisedName(distribution);
  const distributions = new Set(required);
  // What the bundle itself says of its project is newer than what may be installed of it.
  if (entryPoints.length > 0) distributions.delete(own);
  else distributions.add(own);
  return { entryPoints, distributions: [...distributions] };
}

const manifestName = '.modelops/manifest.json';
