import { identity as azureIdentity } from '../../../azure-backend/identity.js';
import { findCredentials } from '../credentials/find-credentials.js';
import type { Registry } from '../registry-at.js';
import type { RegistryOptions } from '../registry-options.js';
import { createAcrIdentity } from './acr-identity.js';
import type { Ask } from './ask-for-token.js';
import { type Authorized, authorize } from './authorize.js';

/** Knows what to send as `Authorization`. */
export interface Authority {
  /** What is known to be right for this scope, until a registry says otherwise. */
  headerFor(scope: string): string | undefined;
  /**
   * Answers a 401. Requests that need the same share the work.
   *
   * @param challenge its `WWW-Authenticate`
   * @param refused what the request was sent with
   * @returns another header; undefined when there is none
   */
  answer(challenge: string, scope: string, refused: string | undefined): Promise<string | undefined>;
  /** A sentence on what was tried for this scope; empty when nothing was. */
  tried(scope: string): string;
}

export function createAuthority(ask: Ask, registry: Registry, { env, identity }: RegistryOptions): Authority {
  const acr = createAcrIdentity(ask, registry.origin, identity ?? entraTokens(env.AZURE_CLIENT_ID));
  const known = new Map<string, Authorized>();
  const underWay = new Map<string, Promise<string | undefined>>();
  const headerFor = (scope: string) => {
    const { header, expiresAtMs = Number.POSITIVE_INFINITY } = known.get(scope) ?? {};
    return Date.now() < expiresAtMs ? header : undefined;
  };

  return {
    headerFor,
    async answer(challenge, scope, refused) {
      const current = headerFor(scope);
      const renewed = current !== undefined && current !== refused ? current : await share(challenge, scope);
      return renewed === refused ? undefined : renewed;
    },
    tried: (scope) => known.get(scope)?.tried ?? '',
  };

  function share(challenge: string, scope: string): Promise<string | undefined> {
    const running = underWay.get(scope);
    if (running) return running;
    const work = renew(challenge, scope).finally(() => underWay.delete(scope));
    underWay.set(scope, work);
    return work;
  }

  async function renew(header: string, scope: string): Promise<string | undefined> {
    const find = () => findCredentials(registry.host, env);
    const authorized = await authorize({ header, scope }, { ask, acr, registry, find });
    known.set(scope, authorized);
    return authorized.header;
  }
}

function entraTokens(clientId: string | undefined) {
  return async (scope: string): Promise<string> => {
    const token = await (await azureIdentity(clientId)).getToken(scope);
    if (token === null) throw new Error('it gave no token');
    return token.token;
  };
}
