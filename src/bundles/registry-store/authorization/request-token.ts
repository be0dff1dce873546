import { z } from 'zod';
import type { Credentials } from '../credentials/credentials.js';
import { type Ask, type AskedToken, askForToken, Token } from './ask-for-token.js';
import { basic } from './basic.js';
import { form } from './form.js';

/** What a registry wants to see, and who gives it. */
export interface BearerChallenge {
  realm: URL;
  service: string | undefined;
  /** `repository:<name>:<actions>` each. */
  scopes: string[];
}

export interface BearerToken {
  text: string;
  expiresAtMs: number;
}

const seconds = z
  .number()
  .positive()
  .max(365 * 24 * 3600);
const Answer = z
  .object({
    token: Token.optional(),
    access_token: Token.optional(),
    expires_in: seconds.catch(60).prefault(60),
  })
  .transform(({ token, access_token, expires_in }) => ({
    text: token ?? access_token,
    lifeMs: expires_in * 1000,
  }));

/**
 * Gets a token for some scopes, by the protocol of Docker's token service.
 *
 * @param credentials what to show for it; nothing: what anybody may do
 */
export async function requestToken(
  ask: Ask,
  { realm, service, scopes }: BearerChallenge,
  credentials: Exclude<Credentials, { kind: 'registryToken' }> | undefined,
): Promise<AskedToken<BearerToken>> {
  const askedAt = Date.now();
  const asked = await (credentials?.kind === 'identityToken' ? askByForm(credentials.token) : askByQuery());
  if (asked.refused !== undefined) return asked;
  const { text, lifeMs } = asked.token;
  if (text === undefined) return { refused: `${realm.host} answered without a token` };
  // A little early, so that none expires on its way.
  return { token: { text, expiresAtMs: askedAt + lifeMs - Math.min(5000, lifeMs / 10) } };

  function askByForm(refreshToken: string) {
    const fields = {
      grant_type: 'refresh_token',
      service,
      scope: scopes.join(' '),
      // Docker Hub wants a name for the client.
      client_id: 'mops-cold',
      refresh_token: refreshToken,
    };
    return askForToken(ask, realm, form(fields), Answer);
  }

  function askByQuery() {
    const url = new URL(realm);
    if (service !== undefined) url.searchParams.set('service', service);
    for (const scope of scopes) url.searchParams.append('scope', scope);
    const headers = {
      accept: 'application/json',
      ...(credentials?.kind === 'password' && { authorization: basic(credentials) }),
    };
    return askForToken(ask, url, { method: 'GET', headers }, Answer);
  }
}
