/** The outputs of a job are larger than they may be for whoever reads them. */
export class TooManyBytes extends Error {
  override readonly name = 'TooManyBytes';
}
