/** A worker was ended by its own wish, or by whoever ended the host: no trouble, though what it had in flight counts as failed. */
export class EndedOnPurpose extends Error {
  override readonly name = 'EndedOnPurpose';
}
