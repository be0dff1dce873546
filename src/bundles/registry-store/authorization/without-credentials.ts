/** A shorter one would be found in words. */
const shortest = 4;

/**
 * What a server said, without what it was sent to be let in: some repeat it, and messages are read by more people than may know it.
 *
 * @param authorization the header that it was sent
 */
export function withoutCredentials(text: string, authorization: string | undefined): string {
  const [, scheme = '', credentials = ''] = /^(\S+) (.+)$/.exec(authorization ?? '') ?? [];
  const plain = scheme === 'Basic' ? Buffer.from(credentials, 'base64').toString('utf8') : '';
  const password = plain.slice(plain.indexOf(':') + 1);
  return [credentials, plain, password, encodeURIComponent(password)]
    .filter((secret) => secret.length >= shortest)
    .reduce((rest, secret) => rest.replaceAll(secret, '…'), text);
}
