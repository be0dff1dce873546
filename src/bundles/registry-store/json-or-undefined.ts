/** What a text says as JSON; undefined when it is none. Its words are not repeated in an error: they may be a secret. */
export function jsonOrUndefined(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
