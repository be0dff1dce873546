import { counted } from '../../reporting/counted.js';
import type { Reporter } from '../../reporting/reporter.js';
import type { Az } from '../az/create-az.js';
import type { BuildContext } from './build-context.js';
import { buildImage } from './build-image.js';
import { findImage, listTags } from './find-image.js';
import type { Validated } from './validate-all.js';

/** Makes sure that the registry has the image: finds it there, or builds it. */
export async function provideImage(
  az: Az,
  registry: string,
  { image, imageIsGiven }: Pick<Validated, 'image' | 'imageIsGiven'>,
  build: BuildContext,
  reporter: Reporter,
): Promise<void> {
  const there = await findImage(az, registry, image);
  if (there !== undefined) {
    reporter.done(`Image ${image}: it was there${imageIsGiven ? '' : ', with the same content'}.`);
    return;
  }
  if (imageIsGiven) {
    const [repository = ''] = image.split(/[:@]/);
    const tags = await listTags(az, registry, repository);
    const what =
      tags.length === 0
        ? `it has nothing called ${repository}`
        : `of ${repository} it has ${tags.join(', ')}${tags.length === 5 ? ', …' : ''} (${counted(tags.length, 'tag')} shown)`;
    throw new Error(
      `the registry ${registry} has no image ${image}: ${what}. Name one that is there, or leave the parameter image out, and it is built.`,
    );
  }
  reporter.note(`Building the image ${image} in the registry (5 to 15 minutes) …`);
  await buildImage(az, registry, image, build, reporter);
  reporter.done(`Image ${image}: built.`);
}
