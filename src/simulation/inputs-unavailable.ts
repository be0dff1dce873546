/** What an aggregation is to be made from is not there, and trying again would not help. */
export class InputsUnavailable extends Error {
  override readonly name = 'InputsUnavailable';
}
