import { execa } from 'execa';
import { z } from 'zod';
import { jsonOrUndefined } from '../json-or-undefined.js';
import type { Credentials } from './credentials.js';

const Answer = z.object({ Username: z.string(), Secret: z.string() });

/**
 * Asks `docker-credential-<name>` for what it keeps for a registry.
 *
 * @param server as Docker names the registry to it
 * @returns undefined when it keeps nothing
 * @throws Error when it cannot be run, fails, or answers otherwise than helpers do
 */
export async function runCredentialHelper(
  name: string,
  server: string,
  env: NodeJS.ProcessEnv,
): Promise<Credentials | undefined> {
  const command = `docker-credential-${name}`;
  // Neither its output nor a cause that has it: the output is the secret.
  const refuse = (what: string) =>
    new Error(
      `Cannot get credentials for ${server}: ${command} ${what}. Repair it, or remove it from Docker's config.json.`,
    );
  if (!/^[\w.-]+$/.test(name)) throw refuse('is not the name of a credential helper');

  const run = await execa(command, ['get'], {
    input: server,
    env,
    extendEnv: false,
    reject: false,
    timeout: 30_000,
    maxBuffer: 1024 * 1024,
  });
  if (run.timedOut) throw refuse('did not answer within 30 s');
  if (run.failed) {
    if (/credentials not found|no credentials server URL/i.test(run.stdout ?? '')) return undefined;
    throw refuse(
      run.code === 'ENOENT'
        ? 'is not on PATH'
        : `ended with ${run.signal ?? run.code ?? `exit code ${run.exitCode}`}`,
    );
  }
  const parsed = Answer.safeParse(jsonOrUndefined(run.stdout));
  if (!parsed.success) throw refuse('did not answer with Username and Secret in JSON');
  const { Username: username, Secret: secret } = parsed.data;
  if (username === '<token>') return { kind: 'identityToken', token: secret };
  return username === '' && secret === '' ? undefined : { kind: 'password', username, password: secret };
}
