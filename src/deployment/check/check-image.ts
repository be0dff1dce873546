import type { Check } from '../../reporting/check.js';
import { findImage } from '../up/find-image.js';
import type { CheckContext } from './check-context.js';
import type { HealthDetails } from './read-health-details.js';

/**
 * Whether the app runs the image that was built for it: the platform's word, the registry's, and what the image says of itself.
 *
 * @param checkoutTag the tag that this checkout would be built as
 */
export async function checkImage(
  { az, app, deployed }: CheckContext,
  details: HealthDetails | undefined,
  checkoutTag: string,
): Promise<Check[]> {
  const name = 'Image';
  const [server = '', ...rest] = deployed.image.split('/');
  const image = rest.join('/');
  const tag = /:([^:@/]+)$/.exec(image)?.[1];
  const digest = await findImage(az, server.split('.')[0] ?? '', image);
  const checks: Check[] = [];
  if (app.image !== deployed.image)
    checks.push({
      name,
      state: 'missing',
      found: `the app is set to ${app.image || 'none'}, and ${deployed.image} was deployed: \`mops-cold deploy up\` sets it`,
    });
  if (digest === undefined)
    checks.push({
      name,
      state: 'missing',
      found: `${image} is not in the registry ${server} any more: no new instance can start. \`mops-cold deploy up\` builds it`,
    });
  const said = details?.image ?? undefined;
  if (tag !== undefined && said !== undefined && said !== tag && said !== '0.0.0')
    checks.push({
      name,
      state: 'missing',
      found: `what runs says that it is ${said}, and ${tag} was deployed: an old image is still running. Restart the app`,
    });
  if (tag !== undefined && /^\d.*-[0-9a-f]{12}$/.test(tag) && tag !== checkoutTag)
    checks.push({
      name,
      state: 'limited',
      found: `${tag} runs, and this checkout is ${checkoutTag}: what was changed here since then does not run there. (With --requirements, the file that it was built with counts too; so does --build-tools.)`,
    });
  if (checks.some(({ state }) => state === 'missing')) return checks;
  return [{ name, state: 'ok', found: `${image}, ${digest}` }, ...checks];
}
