import { z } from 'zod';
import { TemporaryRegistryError } from '../http/temporary-registry-error.js';
import { type Ask, type AskedToken, askForToken, Token } from './ask-for-token.js';
import { form } from './form.js';
import { jwtExpiryMs } from './jwt-expiry-ms.js';

/** Turns our identity in Azure into a refresh token of an Azure Container Registry. */
export interface AcrIdentity {
  refreshToken(service: string | undefined): Promise<AskedToken<string>>;
  /** Whether the next refresh token is one of before. */
  holdsToken(): boolean;
  /** The refresh token was refused: the next one is a new one. */
  forget(): void;
}

const Answer = z.object({ refresh_token: Token });
const azures = /\.azurecr\.(io|cn|us)$/;
/** Where a stand-in for one is tried out. */
const thisMachine = /^(localhost|127\.[\d.]+|\[::1\])$/;

const audience = 'https://containerregistry.azure.net/.default';

/**
 * @param origin of the registry
 * @param identity gives an access token of Microsoft Entra for a scope
 */
export function createAcrIdentity(
  ask: Ask,
  origin: string,
  identity: (scope: string) => Promise<string>,
): AcrIdentity {
  let held: { token: string; expiresAtMs: number } | undefined;
  const current = () => (held && Date.now() < held.expiresAtMs ? held.token : undefined);
  return {
    holdsToken: () => current() !== undefined,
    async refreshToken(service) {
      const known = current();
      if (known !== undefined) return { token: known };
      const { protocol, hostname } = new URL(origin);
      // The token that is exchanged opens every registry that the identity may use: it goes to Azure's own alone, encrypted.
      const isAzures = protocol === 'https:' && azures.test(hostname);
      if (!isAzures && !thisMachine.test(hostname)) {
        return { refused: 'a managed identity opens only Azure Container Registry, by its own name' };
      }
      const entra = await entraToken(identity);
      if (entra.refused !== undefined) return entra;
      const fields = { grant_type: 'access_token', service, access_token: entra.token };
      const asked = await askForToken(ask, new URL('/oauth2/exchange', origin), form(fields), Answer);
      if (asked.refused !== undefined) {
        return { refused: `the registry did not take the managed identity (${asked.refused})` };
      }
      const token = asked.token.refresh_token;
      const expiresAtMs = jwtExpiryMs(token) ?? Date.now() + 3600_000;
      held = { token, expiresAtMs: expiresAtMs - 60_000 };
      return { token };
    },
    forget() {
      held = undefined;
    },
  };
}

async function entraToken(identity: (scope: string) => Promise<string>): Promise<AskedToken<string>> {
  try {
    return { token: await identity(audience) };
  } catch (error) {
    const status = error instanceof Error && 'statusCode' in error ? Number(error.statusCode) : 0;
    if (status === 429 || status >= 500) {
      throw new TemporaryRegistryError(
        `Cannot get a token of the managed identity: its service answered ${status}. Try again later.`,
        { cause: error },
      );
    }
    // The library's messages list everything it tried, in many lines.
    const reason = (error instanceof Error ? error.message : String(error))
      .replace(/\s+/g, ' ')
      .slice(0, 300);
    return { refused: `there is no managed identity (${reason})` };
  }
}
