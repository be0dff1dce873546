import { join } from 'node:path';
import { z } from 'zod';
import { readText } from '../../../files/read-text.js';
import { UnreadableFile } from '../../../files/unreadable-file.js';
import { BundleUnavailable } from '../../../simulation/bundle-unavailable.js';

const text = z.string().nullish();
const DockerConfig = z.object({
  auths: z
    .record(
      z.string(),
      z
        .object({ auth: text, username: text, password: text, identitytoken: text, registrytoken: text })
        .nullable(),
    )
    .nullish(),
  credHelpers: z.record(z.string(), z.string()).nullish(),
  credsStore: text,
});
export type DockerConfig = z.infer<typeof DockerConfig>;

/**
 * Docker's configuration for this user.
 *
 * @returns where it is or would be, and what it says when it is there
 * @throws BundleUnavailable when it is not what Docker would understand
 */
export async function readDockerConfig(
  env: NodeJS.ProcessEnv,
): Promise<{ path: string; config?: DockerConfig }> {
  const home = env.HOME || env.USERPROFILE;
  const folder = env.DOCKER_CONFIG || (home && join(home, '.docker'));
  if (!folder) return { path: 'the Docker configuration' };
  const path = join(folder, 'config.json');
  const content = await readIfPresent(path);
  if (content === undefined) return { path };

  const refuse = (what: string) =>
    new BundleUnavailable(`Cannot read credentials from ${path}: ${what}. Repair it, or remove it.`);
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    // The parser's message, and so the cause, may quote a password.
    throw refuse('it is not JSON');
  }
  const parsed = DockerConfig.safeParse(value);
  if (parsed.success) return { path, config: parsed.data };
  throw refuse(`it is not valid: ${z.prettifyError(parsed.error)}`);
}

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readText(path);
  } catch (cause) {
    if (!(cause instanceof UnreadableFile)) throw cause;
    const { code } = (cause.cause ?? {}) as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new Error(
      `Cannot read credentials from ${path}: ${cause.why}. Allow it, or name another DOCKER_CONFIG.`,
      {
        cause,
      },
    );
  }
}
