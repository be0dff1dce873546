/** Whether a string is Unicode text: one with half a surrogate pair cannot be encoded as UTF-8, nor hashed. */
export function isWellFormed(text: string): boolean {
  return !/\p{Surrogate}/u.test(text);
}
