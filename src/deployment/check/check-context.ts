import type { NamedBundle } from '../../connections/named-bundle.js';
import type { Reporter } from '../../reporting/reporter.js';
import type { Az } from '../az/create-az.js';
import type { Deployed } from '../deployed.js';
import type { Patience } from '../patiently.js';
import type { Place } from '../place.js';
import type { GroupResource } from '../read-group.js';
import type { RunningApp } from './read-running-app.js';

/** What every check has to go by. */
export interface CheckContext {
  az: Az;
  place: Place;
  /** What was asked, and made. */
  deployed: Deployed;
  /** What is in the resource group now. */
  resources: GroupResource[];
  app: RunningApp;
  patience: Patience;
  reporter: Reporter;
  /** Puts a model where the app finds it. */
  storeBundle(bundle: NamedBundle): Promise<unknown>;
}
