import type { Attestation } from '../../contracts/result/attestation.js';

/** Of what made a result: which bundle, and all that its attestation tells. */
export interface Provenance {
  bundle_ref: string;
  attestation: Attestation;
}

/** A fact about how two results came to be that is not the same. */
export interface DifferingFact {
  /** By its path in the attestation, as `machine.processor`. */
  fact: string;
  /** For people, as `processor`. */
  name: string;
  /** Null where it was not told. */
  values: [string | null, string | null];
}

/** What belongs to the one process alone, and so never is the same. */
const ofTheProcess = ['told', 'seen', 'inside', 'nonce'];
/** Why there is no boundary names a folder of the one worker. */
const ofTheWorker = ['boundary.why'];
const user = 'boundary.user';
/** Told only where it is so. */
const absentMeans: Record<string, string> = {
  fixed_addresses: 'no',
  'cpu_baseline.name': 'native',
  'cpu_baseline.overridden': 'none',
  build: 'none',
  warm_up: 'none',
  'threads.overridden': 'none',
};
const names: Record<string, string> = {
  bundle_ref: 'bundle',
  executor: 'executor',
  start_method: 'start method',
  ordinal: 'task of its process',
  python: 'Python',
  hash_seed: 'hash seed',
  fixed_addresses: 'fixed addresses',
  build: 'what the build command left',
  warm_up: 'warm-up',
  'cpu_baseline.name': 'CPU baseline',
  'cpu_baseline.overridden': 'CPU variables that the task or bundle set',
  'threads.most': 'threads',
  'threads.overridden': 'thread variables that the task or bundle set',
  'machine.processor': 'processor',
  'machine.instruction_sets': 'instruction sets',
  'environment.build': 'build of Python',
  'environment.libc': 'C library',
  'environment.distributions': 'installed packages',
  'wire.function': 'wire function',
  'wire.distribution': 'distribution of the wire function',
  'wire.version': 'version of the wire function',
  [user]: 'user',
};

/** Every fact about two results that is not the same, the process itself apart; a hash seed that each process draws anew is none that is. */
export function differingFacts(first: Provenance, second: Provenance): DifferingFact[] {
  const [one, other] = [factsOf(first), factsOf(second)];
  const differing: DifferingFact[] = [];
  for (const fact of new Set([...one.keys(), ...other.keys()])) {
    const values: DifferingFact['values'] = [
      one.get(fact) ?? absentMeans[fact] ?? null,
      other.get(fact) ?? absentMeans[fact] ?? null,
    ];
    const drawn = fact === 'hash_seed' && values[0] === 'random';
    if (values[0] !== values[1] || drawn)
      differing.push({
        fact,
        name: names[fact] ?? fact.replaceAll('_', ' '),
        values: onlyWhatDiffers(fact, values),
      });
  }
  return differing;
}

function factsOf({ bundle_ref, attestation }: Provenance): Map<string, string> {
  const facts = new Map([['bundle_ref', bundle_ref]]);
  for (const [name, value] of Object.entries(attestation)) {
    if (ofTheProcess.includes(name) || value === undefined) continue;
    if (typeof value !== 'object' || value === null || Array.isArray(value)) facts.set(name, textOf(value));
    else
      for (const [inner, told] of Object.entries(value)) {
        const fact = `${name}.${inner}`;
        if (!ofTheWorker.includes(fact)) facts.set(fact, fact === user ? userOf(told) : textOf(told));
      }
  }
  return facts;
}

/** Its number is that of the process alone. */
function userOf(told: unknown): string {
  return told === null ? "the app's" : 'one of its own';
}

function textOf(value: unknown): string {
  if (Array.isArray(value)) return [...value].sort().join(' ') || 'none';
  return value === true ? 'yes' : String(value);
}

/** Of two long lists those members that are in one of them. */
function onlyWhatDiffers(fact: string, [one, other]: DifferingFact['values']): DifferingFact['values'] {
  if (fact !== 'machine.instruction_sets' || one === null || other === null) return [one, other];
  const [a, b] = [one.split(' '), other.split(' ')];
  const only = (these: string[], those: string[]) => {
    const lacking = these.filter((name) => !those.includes(name) && name !== 'none');
    return lacking.length > 0 ? `also ${lacking.join(' ')}` : 'those of the other alone';
  };
  return [only(a, b), only(b, a)];
}
