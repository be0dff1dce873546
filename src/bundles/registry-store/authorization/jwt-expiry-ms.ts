import { z } from 'zod';

const Claims = z.object({ exp: z.number() });

/** When a token that is a JWT expires, as it says itself. Nothing is verified: whoever made it will refuse it. */
export function jwtExpiryMs(token: string): number | undefined {
  const [, claims = ''] = token.split('.');
  try {
    return Claims.parse(JSON.parse(Buffer.from(claims, 'base64url').toString('utf8'))).exp * 1000;
  } catch {
    // No JWT: nothing says when it expires.
    return undefined;
  }
}
