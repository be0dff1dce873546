/** What `environment()` says in the public cloud. */
const suffixes: Record<string, string> = { storage: 'core.windows.net', acrLoginServer: '.azurecr.io' };

/**
 * A snapshot with the expressions in it worked out as far as they can be without Azure: names of the cloud, and texts put
 * together. What only a deployment knows stays as `<property of resource>`.
 */
export function resolveExpressions(value: unknown): unknown {
  if (typeof value === 'string') return resolve(value);
  if (Array.isArray(value)) return value.map(resolveExpressions);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [String(resolve(key)), resolveExpressions(inner)]),
  );
}

function resolve(text: string): string | Record<string, string> {
  const expression = /^\[(.*)\]$/s.exec(text)?.[1];
  if (expression === undefined) return text;
  let rest = expression
    .replace(/environment\(\)\.suffixes\.(\w+)/g, (_, name: string) => `'${suffixes[name]}'`)
    .replace(/reference\('([^']*)'(?:, '[^']*')*\)((?:\.\w+)+)/g, (_, id: string, path: string) => {
      return `'<${path.split('.').at(-1)} of ${id.split('/').at(-1)}>'`;
    });
  const call = /(format|guid|extensionResourceId)\(('[^']*'(?:, '[^']*')*)\)/;
  for (let found = call.exec(rest); found; found = call.exec(rest)) {
    const args = (found[2] ?? '').slice(1, -1).split("', '");
    rest = rest.replace(found[0], () => `'${apply(found?.[1], args)}'`);
  }
  const pairs = /^createObject\('(.*)'\)$/s.exec(rest)?.[1]?.split("', '");
  if (pairs)
    return Object.fromEntries(pairs.flatMap((key, at) => (at % 2 ? [] : [[key, pairs[at + 1] ?? '']])));
  return /^'([^']*)'$/.exec(rest)?.[1] ?? text;
}

function apply(name: string | undefined, args: string[]): string {
  const [first = '', ...others] = args;
  switch (name) {
    case 'format':
      return first.replace(/\{(\d+)\}/g, (_, index: string) => others[Number(index)] ?? '');
    case 'extensionResourceId':
      return `${first}/providers/${others.join('/')}`;
    default:
      return `<guid of ${args.map((arg) => arg.split('/').at(-1)).join(' ')}>`;
  }
}
