/** What begins like this was meant as a task. */
const opened = /^\uFEFF?\s*[{[]/;

/**
 * Why a body that is no task can easily have become so, and what to send instead.
 *
 * @param text the body, out of base64 when it was in it
 * @returns the end of a sentence that begins with the message; undefined when it is nothing that people are known to send
 */
export function bodyMistake(text: string, wasBase64: boolean): string | undefined {
  const body = text.trim();
  if (/^[bB](?:'.*'|".*")$/s.test(body))
    return "is Python's str() of bytes (b'…'): send the text itself, as in data.decode()";
  if (/^[{[(]+\s*'/.test(body) || /^(?:OrderedDict|defaultdict|dict|SimTask|Namespace)\(/.test(body))
    return "is Python's str() of a dict or an object, which is no JSON: send json.dumps(task)";
  if (body.startsWith('"') && opened.test(jsonString(body)))
    return 'is JSON inside a JSON string, so it was encoded twice: call json.dumps or JSON.stringify once';
  return base64Mistake(body.replace(/\s/g, ''), wasBase64);
}

function base64Mistake(compact: string, wasBase64: boolean): string | undefined {
  if (!/^[\w+/-]{8,}={0,2}$/.test(compact)) return undefined;
  // Buffer reads both alphabets, padded or not; only what holds a task is taken for base64 at all.
  if (!opened.test(Buffer.from(compact, 'base64').toString('utf8'))) return undefined;
  if (wasBase64)
    return 'is in base64 twice: the client encodes by itself, so give it the JSON text, or switch its encoding off';
  if (/[-_]/.test(compact))
    return 'is in URL-safe base64 (with - and _): use the standard alphabet, as in base64.b64encode, or send the JSON text itself';
  return 'is in base64 without its padding: keep the = at its end, or send the JSON text itself';
}

function jsonString(text: string): string {
  try {
    return String(JSON.parse(text));
  } catch {
    return '';
  }
}
