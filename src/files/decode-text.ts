/**
 * Text in UTF-8 or, with its byte order mark, in UTF-16; without the mark.
 *
 * @returns what is wrong instead, as the end of a sentence about the file
 */
export function decodeText(bytes: Uint8Array): string | { wrong: string } {
  const [first, second] = bytes;
  const mark =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : undefined;
  // Between the letters of UTF-16 it stands; no text file has it.
  if (mark === undefined && bytes.includes(0))
    return { wrong: 'is not text, or is UTF-16 without a byte order mark: save it as UTF-8' };
  try {
    return new TextDecoder(mark ?? 'utf-8', { fatal: true }).decode(bytes);
  } catch {
    return {
      wrong: `is not ${mark === undefined ? 'UTF-8 (perhaps Latin-1 or Windows-1252)' : 'whole UTF-16'}: save it as UTF-8`,
    };
  }
}
