/** Whether a run was named by us, for its time and at random, rather than by a person: no other run is called so. */
export function isDrawnRun(run: string): boolean {
  return /^\d{8}T\d{9}Z-[0-9a-f]+$/.test(run);
}
