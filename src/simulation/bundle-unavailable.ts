/** The bundle cannot be had, and trying again would not help. */
export class BundleUnavailable extends Error {
  override readonly name = 'BundleUnavailable';
}
