import type { Reporter } from '../../reporting/reporter.js';
import type { Az } from '../az/create-az.js';
import type { Account } from '../az/read-account.js';
import type { Patience } from '../patiently.js';
import type { Place } from '../place.js';
import type { BuildContext } from './build-context.js';
import type { Steps } from './steps.js';
import type { UpOptions } from './up-options.js';

/** What all steps of `deploy up` need. */
export interface Work {
  options: UpOptions;
  place: Place;
  az: Az;
  account: Account;
  reporter: Reporter;
  patience: Patience;
  steps: Steps;
  build: BuildContext;
}
