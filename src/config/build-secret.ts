/** What the names of settings begin with that hold a secret for builds. */
export const buildSecretPrefix = 'MODELOPS_BUILD_SECRET_';

/** @returns what is wrong with the value of such a setting, without repeating any of it */
export function wrongBuildSecret(value: string): string | undefined {
  if (/^\s*machine\s+\S+\s+login\s+\S+\s+password\s+\S+/m.test(value)) return undefined;
  if (URL.canParse(value)) {
    const { protocol, username, password } = new URL(value);
    if (/^https?:$/.test(protocol) && username !== '' && password !== '') return undefined;
  }
  return 'must be an address with user and password (https://user:password@host), or the text of a netrc file (machine host login user password password): a secret is sent to its host alone';
}
