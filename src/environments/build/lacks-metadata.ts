/** Whether uv, told to build nothing, wants to know of a source by path what only its code tells: it does not know its name, either. */
export function lacksMetadata(log: string): boolean {
  return /^error: Building source distributions is disabled$/m.test(log);
}
