import { BundleUnavailable } from '../../simulation/bundle-unavailable.js';

/** The registry does not let us in, or does not say whether the repository exists: another repository may still answer. */
export class AccessDenied extends BundleUnavailable {}
