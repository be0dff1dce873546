import type { LocalBundle } from '../../simulation/ports.js';
import type { Declaration } from '../declaration.js';
import type { BuildOptions } from './build-options.js';
import type { BuildPlan } from './build-plan.js';
import type { Installer } from './find-installer.js';
import type { BuildStep } from './run-build-step.js';

/** One build, while it is made. */
export interface Work {
  plan: BuildPlan;
  bundle: LocalBundle;
  declaration: Declaration;
  options: BuildOptions;
  installer: Installer;
  /** Of this build alone; all the others are in it. */
  folder: string;
  /** The environment, where it is made. */
  environment: string;
  /** The bundle, where what is installed may write beside what it reads: a copy where packages lie in it. */
  source: string;
  /** Where pip tells in detail what it does, and what it needs lies; code that it runs may write there. */
  pipFolder: string;
  /** Runs one command. @throws BuildFailed */
  run(step: BuildStep): Promise<void>;
  /**
   * Runs one command that may fail.
   *
   * @returns undefined when it succeeded; else what it said, and what makes its failure that of the build
   */
  attempt(step: BuildStep): Promise<{ said: string; error(): Promise<Error> } | undefined>;
}
