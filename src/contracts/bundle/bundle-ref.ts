import { z } from 'zod';
import { mustBe } from '../validation/must-be.js';

const forms = '"sha256:<64 hex digits>" or "repository@sha256:<64 hex digits>"';
const host = /(?:[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?|\[[0-9A-Fa-f:]+\])(?::\d{1,5})?/;
const name = /[A-Za-z0-9]+(?:[._-]+[A-Za-z0-9]+)*/;
const repository = new RegExp(`^(?:${host.source}/)?${name.source}(?:/${name.source})*$`);

/**
 * Which bundle a task runs, pinned by digest: `sha256:<64 hex>` or `repository@sha256:<64 hex>`, where the
 * repository may begin with a registry host and port.
 */
export const BundleRef = z.string(mustBe(forms)).superRefine((reference, context) => {
  const message = problemOf(reference);
  if (message) context.addIssue({ code: 'custom', message });
});

function problemOf(reference: string): string | undefined {
  const is = `is ${JSON.stringify(reference)}`;
  const scheme = /^([A-Za-z][A-Za-z0-9+.-]*):\/\//.exec(reference)?.[1];
  if (scheme === 'local' || scheme === 'file') {
    return `${is}: a folder means something else on each machine; submit it with mops-cold, which stores the folder as a bundle and sends its digest`;
  }
  if (scheme) return `${is}: remove "${scheme}://" and write ${forms}`;

  const at = reference.lastIndexOf('@');
  const digest = reference.slice(at + 1);
  const repositoryName = at < 0 ? undefined : reference.slice(0, at);
  if (!/^sha256:[0-9a-f]{64}$/.test(digest)) {
    if (/^sha256:[0-9A-Fa-f]{64}$/.test(digest)) return `${is}: write the digest in lower case`;
    if (/^[./~\\]|^[A-Za-z]:\\/.test(reference)) {
      return `${is}: a path cannot be sent; submit it with mops-cold, which stores the folder as a bundle and sends its digest`;
    }
    if (at < 0 && /:[\w][\w.-]*$/.test(reference) && !reference.startsWith('sha256:')) {
      return `${is}: a tag can move; write ${forms}`;
    }
    return `${is}: it must be ${forms}`;
  }
  if (repositoryName === undefined || repository.test(repositoryName)) return undefined;
  const untagged = repositoryName.replace(/:[\w][\w.-]*$/, '');
  if (untagged !== repositoryName && repository.test(untagged)) {
    return `${is}: remove the tag, the digest alone decides: "${untagged}@${digest}"`;
  }
  return `${is}: "${repositoryName}" is not the name of a repository, as in "registry.example:5000/models/sir"`;
}
