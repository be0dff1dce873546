import type { Reporter } from '../../reporting/reporter.js';
import type { Az } from '../az/create-az.js';
import type { Account } from '../az/read-account.js';
import type { Place } from '../place.js';
import { budgetStart } from './budget-start.js';
import { refuseOtherHosting } from './refuse-other-hosting.js';
import { type Template, validateTemplate } from './template.js';
import { whoDeploys } from './who-submits.js';

/** A template that Azure would take, and the image that the app is to run. */
export interface Validated {
  template: Template;
  /** `<repository>:<tag>` or `<repository>@<digest>` in our registry. */
  image: string;
  /** The parameters name it: it is in the registry already, or should be. */
  imageIsGiven: boolean;
}

/**
 * Lets Azure look at everything before anything is made, the app included. Who deploys becomes a submitter, when the parameters
 * name none: somebody has to try the app out.
 *
 * @param ownImage the image that would be built
 */
export async function validateAll(
  place: Place,
  given: Template,
  ownImage: string,
  { az, account, reporter }: { az: Az; account: Account; reporter: Reporter },
): Promise<Validated> {
  const template = { files: given.files, values: [...given.values] };
  const begun = await budgetStart(az, place);
  if (begun !== undefined) template.values.push(`budgetStart=${begun}`);
  const parameters = await validateTemplate(az, place, place.deployments.base, template);
  await refuseOtherHosting(az, place, String(parameters.hosting));
  const { submitters = [], image = '' } = parameters;
  if (Array.isArray(submitters) && submitters.length === 0) {
    const me = await whoDeploys(az, account);
    if (me !== undefined) template.values.push(`submitters=${JSON.stringify([me])}`);
    else
      reporter.note(
        'Nobody may submit yet: the directory does not tell your id. Give --set submitters=\'[{"principalId":"…","principalType":"User"}]\'.',
      );
  }
  if (typeof image === 'string' && image !== '') return { template, image, imageIsGiven: true };
  await validateTemplate(az, place, place.deployments.app, withImage(template, ownImage));
  return { template, image: ownImage, imageIsGiven: false };
}

/** @param image empty: everything but the app */
export function withImage({ files, values }: Template, image: string): Template {
  return { files, values: [...values.filter((pair) => !pair.startsWith('image=')), `image=${image}`] };
}
