import { z } from 'zod';
import { PythonRange } from '../../contracts/bundle/bundle-metadata.js';
import type { DeclaredDependencies } from '../../contracts/bundle/declared-dependencies.js';
import { violationOf } from '../../contracts/validation/violation-of.js';
import { parseToml } from './read-pyproject.js';

const File = z.looseObject({ hashes: z.record(z.string(), z.string()) });
const Pylock = z.looseObject({
  'requires-python': PythonRange.optional(),
  packages: z.array(
    z.looseObject({
      name: z.string(),
      version: z.string().optional(),
      marker: z.string().optional(),
      sdist: File.optional(),
      wheels: z.array(File).optional(),
    }),
  ),
});

/**
 * A `pylock.toml` (PEP 751), as the requirements with hashes that it stands for. Its files come from the index: hashes tell that
 * they are the same.
 *
 * @returns undefined when it locks nothing
 */
export function readPylock(
  text: string,
  refuse: (what: string, cause?: unknown) => Error,
): Extract<DeclaredDependencies, { file: 'pylock.toml' }> | undefined {
  const parsed = Pylock.safeParse(parseToml(text, 'pylock.toml', refuse));
  if (!parsed.success)
    throw refuse(`in its pylock.toml, ${violationOf(parsed.error, 'the file').message}`, parsed.error);
  const requirements = parsed.data.packages.map(({ name, version, marker, sdist, wheels = [] }) => {
    const hashes = [...(sdist ? [sdist] : []), ...wheels].flatMap((file) =>
      Object.entries(file.hashes).map(([algorithm, hash]) => `--hash=${algorithm}:${hash}`),
    );
    if (version === undefined || hashes.length === 0)
      throw refuse(
        `its pylock.toml locks ${name} from where no index is: only packages with a version and hashes are taken. Use a uv.lock.`,
      );
    return [
      `${name}==${version}`,
      ...(marker === undefined ? [] : ['; ', marker]),
      ' ',
      hashes.join(' '),
    ].join('');
  });
  const { 'requires-python': pythonRange } = parsed.data;
  return requirements.length === 0
    ? undefined
    : { file: 'pylock.toml', requirements, ...(pythonRange !== undefined && { pythonRange }) };
}
