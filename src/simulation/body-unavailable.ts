/** The blob that holds a message's body is missing or is not what its name says. */
export class BodyUnavailable extends Error {
  override readonly name = 'BodyUnavailable';
}
