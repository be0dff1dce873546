import { blake2b } from '../identities/blake2b.js';
import type { PythonFacts } from './python-facts.js';

/**
 * Names the packages that a result was made with, 32 hex digits: the release of Python and the installed distributions. Two
 * builds of one release have one name, as two processors have: the attestation tells those apart.
 */
export function packagesId({ build, distributions }: PythonFacts): string {
  const [release] = build.split(' ', 1);
  return blake2b(`packages:v1|${release}|${distributions}`, 128);
}
