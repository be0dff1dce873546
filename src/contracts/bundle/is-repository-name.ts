const segment = /[a-z0-9]+(?:(?:\.|__?|-+)[a-z0-9]+)*/.source;
const name = new RegExp(`^${segment}(?:/${segment})*$`);

/** Whether a registry can have a repository of this name: the rule of the OCI distribution specification. */
export function isRepositoryName(text: string): boolean {
  return text.length <= 255 && name.test(text);
}
