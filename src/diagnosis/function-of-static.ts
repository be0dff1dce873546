/** What belongs to a static variable in a function, by its demangled name; undefined for any other variable. */
export function functionOfStatic(symbol: string): { name: string; signature: string } | undefined {
  const [, signature, name] = /^(.*\)(?: const)?)::([^()]+)$/.exec(symbol) ?? [];
  if (signature === undefined || name === undefined || signature.endsWith('(anonymous namespace)'))
    return undefined;
  return { name, signature };
}
