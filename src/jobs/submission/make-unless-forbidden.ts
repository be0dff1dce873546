/**
 * Makes a container or queue that may be missing. Who may only use it, and not make it, goes on: in Azure the deployment has
 * made it, with no more rights for those who submit than they need.
 */
export async function makeUnlessForbidden(place: { createIfNotExists(): Promise<unknown> }): Promise<void> {
  try {
    await place.createIfNotExists();
  } catch (error) {
    if (!(error instanceof Error && 'statusCode' in error && error.statusCode === 403)) throw error;
  }
}
