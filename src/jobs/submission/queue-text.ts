/** Largest body that travels in the queue itself, in bytes of UTF-8. */
const largestBody = 48 * 1024;
/** Azure's limit for a message as it stands in the XML of the request, less its envelope. */
const largestEncoded = 64 * 1024 - 256;

/** JSON with nothing in it that XML cannot carry or changes on the way; the same document for every reader. */
export function queueText(json: string): string {
  return json.replace(/[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** Whether the queue can carry a text itself. */
export function fitsTheQueue(text: string): boolean {
  const bytes = Buffer.byteLength(text, 'utf8');
  if (bytes > largestBody) return false;
  // `&`, `<`, `>`, quotes become entities of up to 6 bytes.
  const escaped = text.match(/[&<>"']/g)?.length ?? 0;
  return bytes + 5 * escaped <= largestEncoded;
}
