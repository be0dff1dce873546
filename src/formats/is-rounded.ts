/** Whether a float has not all digits of an integer. */
export function isRounded(integer: bigint): boolean {
  return BigInt.asIntN(54, integer) !== integer && BigInt(Number(integer)) !== integer;
}
