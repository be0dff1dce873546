/** A library that keeps what it compiles or looks up, and a small model in `workloads/libraries/<name>`. */
export interface Library {
  name: string;
  /** The module to look for, where it has another name. */
  imports?: string;
  /** Libraries of one environment share it. */
  environment: string;
  requirements: string[];
  /** JSON text. */
  params: string;
  env?: Record<string, string>;
  /** What its registry names. */
  models?: string[];
}

// Whoever may write to site-packages, as root may, would have numba keep what it compiles there. In the image nobody may.
const readOnlyEnvironment = { NUMBA_CACHE_LOCATOR_CLASSES: 'UserWideCacheLocator' };
const idm = {
  environment: 'idm',
  requirements: ['covasim==4.0.1', 'starsim==3.7.2'],
  env: readOnlyEnvironment,
};

/** Its wire function imports the model when it is called. Half a second. */
export const lateStarsim: Library = {
  name: 'starsim-late',
  ...idm,
  imports: 'starsim',
  params: '{"beta": 0.1, "people": 20000, "years": 50}',
  models: ['models.sir:sir'],
};

export const libraries: Library[] = [
  {
    name: 'numba',
    environment: 'numba',
    requirements: ['numba==0.68.1'],
    params: '{"beta": 0.2, "days": 300}',
  },
  {
    name: 'brian2',
    environment: 'brian2',
    requirements: ['brian2==2.9.0', 'numpy==1.26.4'],
    params: '{"drive": 16, "duration": 200}',
  },
  { name: 'covasim', ...idm, params: '{"beta": 0.016, "days": 60}' },
  { name: 'starsim', ...idm, params: '{"beta": 0.1, "years": 20}' },
];
