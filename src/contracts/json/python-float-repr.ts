/** A finite float as Python's `repr` writes it: `1e-07`, `1e+16`, `100000.0`, `-0.0`. */
export function pythonFloatRepr(value: number): string {
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  // Both languages take the shortest digits that read back to the same float; only their layout differs.
  const [mantissa = '', power = ''] = Math.abs(value).toExponential().split('e');
  const digits = mantissa.replace('.', '');
  const exponent = Number(power);
  if (exponent < -4 || exponent >= 16) {
    const width = String(Math.abs(exponent)).padStart(2, '0');
    return `${sign}${mantissa}e${exponent < 0 ? '-' : '+'}${width}`;
  }
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  return `${sign}${whole}.${digits.slice(exponent + 1) || '0'}`;
}
