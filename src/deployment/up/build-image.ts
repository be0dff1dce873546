import { join } from 'node:path';
import type { Reporter } from '../../reporting/reporter.js';
import { AzFailed } from '../az/az-failed.js';
import type { Az } from '../az/create-az.js';
import { type BuildContext, dockerfile, withBuildContext } from './build-context.js';

const timeoutSeconds = '3600';
const shownAfterFailure = 15;

/** Lets the registry build the image from a context, and keep it. */
export async function buildImage(
  az: Az,
  registry: string,
  image: string,
  build: BuildContext,
  reporter: Reporter,
): Promise<void> {
  const lines: string[] = [];
  try {
    await withBuildContext(build, (folder) =>
      az.run(
        [
          ...['acr', 'build', '--registry', registry, '--image', image, '--file', join(folder, dockerfile)],
          ...[
            '--build-arg',
            `VERSION=${build.tag}`,
            '--build-arg',
            `ENVIRONMENTS=${build.environments}`,
            '--build-arg',
            `BUILD_TOOLS=${build.buildTools}`,
            '--platform',
            'linux/amd64',
            '--timeout',
            timeoutSeconds,
            folder,
          ],
        ],
        (line) => {
          lines.push(line);
          if (/^(Step \d+|#\d+ \[|Run ID|Queued)/.test(line)) reporter.note(`  ${line}`);
        },
      ),
    );
  } catch (error) {
    if (!(error instanceof AzFailed)) throw error;
    const tail = lines.slice(-shownAfterFailure).map((line) => `  ${line}`);
    throw new Error(
      `Cannot build the image ${image} in the registry ${registry}: ${error.reason}\n${tail.join('\n')}`,
      { cause: error },
    );
  }
}
