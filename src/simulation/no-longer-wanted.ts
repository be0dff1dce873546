/** Why a run is ended that nobody waits for: it has time to write what it has, which one whose worker goes away has not. */
export class NoLongerWanted extends Error {
  override readonly name = 'NoLongerWanted';
}
