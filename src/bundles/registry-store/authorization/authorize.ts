import { BundleUnavailable } from '../../../simulation/bundle-unavailable.js';
import type { FoundCredentials } from '../credentials/credentials.js';
import type { Registry } from '../registry-at.js';
import type { AcrIdentity } from './acr-identity.js';
import { type Ask, type AskedToken, Token } from './ask-for-token.js';
import { basic } from './basic.js';
import { mergeScopes } from './merge-scopes.js';
import { type Challenge, parseChallenges } from './parse-challenges.js';
import { type BearerChallenge, type BearerToken, requestToken } from './request-token.js';

/** What to send as `Authorization`, if anything, and what was tried to get it. */
export interface Authorized {
  header?: string;
  /** Date.now() of its end; absent: it has none. */
  expiresAtMs?: number;
  /** A sentence for the message when the registry refuses all the same. */
  tried: string;
}

/**
 * Finds the answer to a registry's `WWW-Authenticate`.
 *
 * @param scope `repository:<name>:<actions>`, when the challenge has none
 * @throws TemporaryRegistryError when whoever gives tokens does not answer now; BundleUnavailable when tokens would have
 *   to cross the network unencrypted
 */
export async function authorize(
  challenge: { header: string; scope: string },
  {
    ask,
    acr,
    registry,
    find,
  }: {
    ask: Ask;
    acr: AcrIdentity;
    registry: Registry;
    find: () => Promise<FoundCredentials>;
  },
): Promise<Authorized> {
  const challenges = parseChallenges(challenge.header);
  const bearer = challenges.find(({ scheme, parameters }) => scheme === 'bearer' && parameters.has('realm'));
  const { credentials, where } = await find();
  const known = `It was asked with the credentials of ${where}`;

  if (credentials?.kind === 'registryToken') {
    const token = Token.safeParse(credentials.token);
    if (token.success) return { header: `Bearer ${token.data}`, tried: `${known}.` };
    return { tried: `The token of ${where} cannot be sent: it has characters that no token has.` };
  }
  if (bearer) {
    const wanted = bearerChallenge(bearer, challenge.scope, registry);
    if (credentials) return bearing(await requestToken(ask, wanted, credentials), known);
    const byIdentity = await acrToken(wanted);
    if (byIdentity.token) return bearing(byIdentity, 'It was asked with the managed identity');
    const tried = `It was asked without credentials: ${where}, and ${byIdentity.refused}`;
    return bearing(await requestToken(ask, wanted, undefined), tried);
  }
  if (!challenges.some(({ scheme }) => scheme === 'basic')) {
    const schemes = challenges.map(({ scheme }) => scheme).join(', ') || 'nothing';
    return { tried: `It offers ${schemes} for authorization; Basic and Bearer are understood.` };
  }
  if (credentials?.kind === 'password') return { header: basic(credentials), tried: `${known}.` };
  if (credentials) return { tried: `It wants a user name and a password; ${where} has a token.` };
  return { tried: `It was asked without credentials: ${where}.` };

  async function acrToken(wanted: BearerChallenge): Promise<AskedToken<BearerToken>> {
    // The shape of Azure Container Registry.
    if (wanted.realm.origin !== registry.origin || wanted.realm.pathname !== '/oauth2/token') {
      return { refused: 'a managed identity opens only Azure Container Registry' };
    }
    const held = acr.holdsToken();
    const first = await withRefreshToken(wanted);
    if (first.refused === undefined || !held) return first;
    acr.forget();
    return withRefreshToken(wanted);
  }

  async function withRefreshToken(wanted: BearerChallenge): Promise<AskedToken<BearerToken>> {
    const refresh = await acr.refreshToken(wanted.service);
    if (refresh.refused !== undefined) return refresh;
    return requestToken(ask, wanted, { kind: 'identityToken', token: refresh.token });
  }
}

function bearing(asked: AskedToken<BearerToken>, tried: string): Authorized {
  if (asked.refused !== undefined) return { tried: `${tried}; ${asked.refused}.` };
  return { header: `Bearer ${asked.token.text}`, expiresAtMs: asked.token.expiresAtMs, tried: `${tried}.` };
}

function bearerChallenge({ parameters }: Challenge, scope: string, registry: Registry): BearerChallenge {
  const text = parameters.get('realm') ?? '';
  const realm = URL.canParse(text) ? new URL(text) : undefined;
  const secure =
    realm?.protocol === 'https:' || (realm?.protocol === 'http:' && registry.origin.startsWith('http:'));
  if (realm === undefined || !secure) {
    throw new BundleUnavailable(
      `Cannot use the registry ${registry.host}: it sends us to ${realm?.origin ?? 'no URL'} for a token, and credentials are sent to HTTPS only. Correct the realm in its configuration.`,
    );
  }
  return { realm, service: parameters.get('service'), scopes: mergeScopes(scope, parameters.get('scope')) };
}
