/** CPython's limit on the digits of an integer that it reads (`sys.int_info.default_max_str_digits`). */
const maxDigits = 4300;

/**
 * A JSON number as Python's `json.loads` reads its text: an integer (bigint) unless it has a point or an
 * exponent, else a float.
 */
export function pythonNumber(text: string): { value: bigint | number } | { problem: string } {
  if (!/[.eE]/.test(text)) {
    const digits = text.length - (text.startsWith('-') ? 1 : 0);
    return digits > maxDigits
      ? { problem: `is an integer of ${digits} digits: Python reads at most ${maxDigits}` }
      : { value: BigInt(text) };
  }
  const value = Number(text);
  return Number.isFinite(value)
    ? { value }
    : { problem: `is ${text.slice(0, 40)}: it lies outside the range of a 64-bit float` };
}
