/** A blob that somebody else wrote is larger than what is to be taken into memory. */
export class BlobTooLarge extends Error {
  override readonly name = 'BlobTooLarge';

  constructor(readonly bytes: number) {
    super(`The blob has ${bytes} bytes.`);
  }
}
