import { BundleUnavailable } from '../../../simulation/bundle-unavailable.js';
import { TemporaryRegistryError } from './temporary-registry-error.js';

const noTls = /^ERR_SSL_(WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|HTTP_REQUEST)$/;
const noTrust = /^(DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|CERT_|ERR_TLS_CERT_)/;

/**
 * What it means that fetch failed: that the other side cannot be reached now, or is set up otherwise than we are.
 *
 * @param action the beginning of a sentence: "Cannot reach registry.example"
 */
export function connectionError(error: unknown, action: string): Error {
  // fetch says "fetch failed" or "terminated"; what happened is the cause.
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : '';
  if (noTls.test(code)) {
    return new BundleUnavailable(
      `${action}: it does not speak TLS. When it speaks plain HTTP, set MODELOPS_BUNDLE_INSECURE=true.`,
      { cause },
    );
  }
  if (noTrust.test(code)) {
    return new BundleUnavailable(
      `${action}: its certificate is not trusted (${code}). Name the file of its authority in NODE_EXTRA_CA_CERTS.`,
      { cause },
    );
  }
  // fetch does not tell which; it is asked to follow none when it sends what it could not send again.
  if (cause instanceof Error && cause.message === 'unexpected redirect') {
    return new BundleUnavailable(
      `${action}: it redirects what is sent to it. Let MODELOPS_BUNDLE_REGISTRY name the registry that takes it.`,
      { cause },
    );
  }
  const reason = cause instanceof Error ? cause.message || code || cause.name : String(cause);
  const unknown = /ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH/.test(`${code} ${reason}`);
  const advice = unknown ? ' Is it running, and is MODELOPS_BUNDLE_REGISTRY its address?' : '';
  return new TemporaryRegistryError(`${action}: ${reason}.${advice}`, { cause });
}
