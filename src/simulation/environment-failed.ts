/** No Python here can run the bundle, and trying again would not help. */
export class EnvironmentFailed extends Error {
  override readonly name = 'EnvironmentFailed';
}
