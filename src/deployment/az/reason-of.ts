/**
 * The reason in what `az` wrote to stderr: the innermost messages of an error document, or the text itself.
 *
 * @returns undefined when it gives none
 */
export function reasonOf(stderr: string): string | undefined {
  const said = stderr
    .split('\n')
    .filter((line) => !/^\s*(WARNING|DEBUG|INFO)\b/.test(line))
    .join('\n')
    .replace(/^[\s\S]*?ERROR:\s*/, '')
    .trim();
  const crash = lastErrorOf(said);
  if (crash !== undefined)
    return `it broke off with ${crash}. \`az version\` says how old it is, \`az upgrade\` brings it up to date.`;
  const messages = [...new Set(innermost(documentIn(said)))];
  if (messages.length > 0) return messages.join('\n');
  // The same once more, field by field.
  return said.replace(/\nCode: [\s\S]*$/, '') || undefined;
}

/** The last line of the last Python traceback in a text. */
function lastErrorOf(text: string): string | undefined {
  const tracebacks = text.matchAll(/^Traceback \(most recent call last\):\n(?:[ \t].*\n)*(\S.*)/gm);
  return [...tracebacks].at(-1)?.[1];
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
  // App Service begins its keys with capitals.
  const { error, details, message, code } = Object.fromEntries(
    Object.entries(value).map(([key, inside]) => [key.toLowerCase(), inside]),
  );
  const inner = [...innermost(error), ...innermost(details)];
  if (inner.length > 0) return inner;
  if (typeof message !== 'string') return [];
  // Azure puts the error of a resource provider into the message, as text.
  const nested = innermost(documentIn(message));
  if (nested.length > 0) return nested;
  const text = message.trim().replace(/\s*\r?\n\s*/g, ' ');
  return [typeof code === 'string' ? `${text} (${code})` : text];
}
