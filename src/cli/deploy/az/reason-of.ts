/** The reason in what `az` wrote to stderr: the innermost messages of an error document, or the text itself. */
export function reasonOf(stderr: string): string {
  const said = stderr
    .split('\n')
    .filter((line) => !/^\s*(WARNING|DEBUG|INFO)\b/.test(line))
    .join('\n')
    .replace(/^[\s\S]*?ERROR:\s*/, '')
    .trim();
  const messages = [...new Set(innermost(documentIn(said)))];
  if (messages.length > 0) return messages.join('\n');
  // The same once more, field by field.
  return said.replace(/\nCode: [\s\S]*$/, '') || 'it did not say why';
}

function documentIn(text: string): unknown {
  const start = text.indexOf('{');
  if (start < 0) return undefined;
  try {
    return JSON.parse(text.slice(start, text.lastIndexOf('}') + 1));
  } catch {
    return undefined;
  }
}

function innermost(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  if (Array.isArray(value)) return value.flatMap(innermost);
  const { error, details, message, code } = value as Record<string, unknown>;
  const inner = [...innermost(error), ...innermost(details)];
  if (inner.length > 0) return inner;
  if (typeof message !== 'string') return [];
  // Azure puts the error of a resource provider into the message, as text.
  const nested = innermost(documentIn(message));
  if (nested.length > 0) return nested;
  return [typeof code === 'string' ? `${message} (${code})` : message];
}
