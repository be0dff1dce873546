import { z } from 'zod';
import { plainText } from '../../contracts/validation/plain-text.js';
import { BundleUnavailable } from '../../simulation/bundle-unavailable.js';
import { AccessDenied } from './access-denied.js';
import { withoutCredentials } from './authorization/without-credentials.js';
import type { Answer } from './http/exchange.js';
import { temporaryAnswer } from './http/temporary-answer.js';
import { jsonOrUndefined } from './json-or-undefined.js';
import type { Registry } from './registry-at.js';

const Errors = z.object({
  errors: z.array(z.object({ code: z.string().prefault(''), message: z.string().nullish() })).min(1),
});

/**
 * The error for an answer that is none to what was asked.
 *
 * @param purpose what cannot be done: "read the manifest …"
 * @param body the beginning of the answer's body
 * @param authorization what it was sent to be let in
 * @param tried a sentence on how we asked for that
 */
export function refusal(
  answer: Answer,
  {
    purpose,
    body,
    authorization,
    tried,
    registry,
  }: {
    purpose: string;
    body: Buffer;
    authorization: string | undefined;
    tried: string;
    registry: Registry;
  },
): Error {
  const { status } = answer;
  const said = whatItSaid(body, authorization);
  const temporary = temporaryAnswer(answer, purpose, said);
  if (temporary) return temporary;
  const answered = `Cannot ${purpose}: ${answer.url.host} answered ${status}${said}.`;
  if (status === 413) {
    return new BundleUnavailable(
      `${answered} It is larger than the registry or a proxy before it takes. Raise that limit, or make the bundle's files smaller.`,
    );
  }
  if (status !== 401 && status !== 403) {
    return new BundleUnavailable(`${answered} Correct the reference, or MODELOPS_BUNDLE_REGISTRY.`);
  }
  if (answer.url.origin !== registry.origin) {
    return new AccessDenied(
      `${answered} The registry ${registry.host} keeps its blobs there: allow access to it.`,
    );
  }
  const advice = `Set REGISTRY_USERNAME and REGISTRY_PASSWORD, run "docker login ${registry.host}", or give the app's identity the role AcrPull (AcrPush to push).`;
  return new AccessDenied([answered, tried, advice].filter((sentence) => sentence !== '').join(' '));
}

/** A registry's own words, in brackets; none when it is a proxy's page for people. */
function whatItSaid(body: Buffer, authorization: string | undefined): string {
  const [first] = Errors.safeParse(jsonOrUndefined(body.toString('utf8'))).data?.errors ?? [];
  const said = [first?.code, first?.message].filter(Boolean).join(': ');
  const words = plainText(withoutCredentials(said, authorization).replace(/\s+/g, ' '), 200);
  return words === '' ? '' : ` (${words})`;
}
