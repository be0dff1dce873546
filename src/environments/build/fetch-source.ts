import { randomUUID } from 'node:crypto';
import { realpath } from 'node:fs/promises';
import { join, relative, resolve, sep } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../package/package-root.js';
import { EnvironmentFailed } from '../../simulation/environment-failed.js';
import type { Source } from './source.js';
import type { Work } from './work.js';

const script = join(packageRoot, 'src', 'environments', 'python', 'fetch_source.py');

/** A source that is here, and that whatever builds it may write to. */
export interface FetchedSource {
  /** All that was fetched. */
  root: string;
  /** Of the project, in it. */
  folder: string;
}

/** Brings the source of a distribution here; nothing of it is run. */
export async function fetchSource(work: Work, source: Source): Promise<FetchedSource> {
  const into = join(work.folder, `source-${randomUUID()}`);
  if ('folder' in source) {
    const inside = await insideBundle(work, source.name, source.folder);
    await execa('cp', ['-R', '--', work.source, into]);
    return { root: into, folder: join(into, inside) };
  }
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
    if ('file' in source) await insideBundle(work, name, source.file);
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
  return { root: into, folder: inside };
}

/** What lies elsewhere on this machine is not for code of strangers to have. @returns its path in the bundle */
async function insideBundle({ source }: Work, name: string, path: string): Promise<string> {
  const [bundle, real] = await Promise.all([realpath(source), realpath(path).catch(() => path)]);
  if (real !== bundle && !real.startsWith(bundle + sep))
    throw new EnvironmentFailed(
      `Cannot build ${name}: ${path} is not in the bundle. Push it with its source.`,
    );
  return relative(bundle, real);
}
