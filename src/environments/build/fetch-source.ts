import { randomUUID } from 'node:crypto';
import { join, resolve, sep } from 'node:path';
import { packageRoot } from '../../package/package-root.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import type { Source } from './source.js';
import type { Work } from './work.js';

const script = join(packageRoot, 'src', 'environments', 'python', 'fetch_source.py');

/** Brings the source of a distribution here; nothing of it is run. @returns its folder, which may be written to */
export async function fetchSource(work: Work, source: Source): Promise<string> {
  if ('folder' in source) return source.folder;
  const into = join(work.folder, `source-${randomUUID()}`);
  if ('git' in source) {
    if (!/^(https?|ssh|git|file):/.test(source.git) || !/^[A-Za-z0-9][\w./-]*$/.test(source.commit))
      throw new EnvironmentFailed(
        `Cannot build ${source.name}: ${source.git} at ${source.commit} is no commit of a git repository.`,
      );
    const git = ['git', '-c', 'core.hooksPath=/dev/null'];
    await work.run({ argv: [...git, 'clone', '--quiet', '--no-checkout', '--', source.git, into] });
    await work.run({ argv: [...git, '-C', into, 'checkout', '--quiet', '--detach', source.commit] });
    await work.run({ argv: [...git, '-C', into, 'submodule', '--quiet', 'update', '--init', '--recursive'] });
  } else {
    const { name, version, hashes } = source;
    const from = {
      url: 'url' in source ? source.url : null,
      file: 'file' in source ? source.file : null,
      indexes: 'indexes' in source ? source.indexes : [],
    };
    const request = JSON.stringify({ ...from, name, version, hashes, into });
    await work.run({ argv: [work.plan.python.python, '-I', '-S', script, request] });
  }
  const inside = 'subdirectory' in source ? resolve(into, source.subdirectory ?? '') : into;
  if (inside !== into && !inside.startsWith(into + sep))
    throw new EnvironmentFailed(`Cannot build ${source.name}: its subdirectory leads out of what it is in.`);
  return inside;
}
