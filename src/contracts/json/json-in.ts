/** What a text holds as JSON, as JavaScript reads it; undefined when it is none: whoever asks checks what it gets, and says what is wrong. */
export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
