import type { Attestation } from '../../contracts/result/attestation.js';
import type { OutputDifference } from '../content-difference.js';
import { type DifferingFact, differingFacts, type Provenance } from './differing-facts.js';
import { type Traces, tracesOf } from './traces-of.js';

export const causeNames = {
  bundle: 'another version of the bundle',
  'earlier-task': 'what an earlier task left in the process',
  'set-order': 'the order of a set, or of objects by their addresses',
  time: 'the time of the run',
  'unseeded-generator': "a random generator that is not seeded with the task's seed",
  threads: 'threads that add up in racing order',
  processor: 'another processor',
  packages: 'another Python or other packages',
} as const;
export type CauseKind = keyof typeof causeNames;

/** Something that may be why two results are not the same. */
export interface Cause {
  cause: CauseKind;
  /** What speaks for it, a clause. */
  because: string;
  /** What makes the task answer the same way, a sentence. */
  remedy: string;
}

const remedies: Record<CauseKind, string> = {
  bundle: 'Compare two jobs of one bundle to see what else differs.',
  'earlier-task': 'Run it cold: --cold-mode, or requires_fresh_process in the bundle.',
  'set-order': 'Sort before you iterate, by a key that is not an address or a hash.',
  time: 'Leave times of the clock out of the outputs.',
  'unseeded-generator':
    'Make every generator from the seed that the wire function gets: numpy.random.default_rng(seed).',
  threads: 'Let it use one thread: threads = 1 in the bundle.',
  processor: 'Let all instances use the same instructions: MODELOPS_CPU_BASELINE.',
  packages: 'Lock what the bundle needs, so that each environment has the same.',
};

/** Below it a cause is not worth telling where there are others. */
const worthTelling = 20;

/**
 * Why two results of one task may differ, the most likely cause first: by how far and in which way their outputs differ, and by
 * what differs in how they came to be. Nothing is proven by it.
 */
export function likelyCauses(
  outputs: OutputDifference[],
  first: Provenance,
  second: Provenance,
  facts: DifferingFact[] = differingFacts(first, second),
): Cause[] {
  const traces = tracesOf(outputs);
  const weighed = Object.values(weigh(traces, facts, [first.attestation, second.attestation])).sort(
    (a, b) => b.weight - a.weight,
  );
  const likely = weighed.filter(({ weight }, index) => index === 0 || weight >= worthTelling);
  return likely.map(({ cause, because }) => ({
    cause,
    because: because.join(', and ') || 'nothing speaks for another cause',
    remedy: remedies[cause],
  }));
}

interface Weighed {
  cause: CauseKind;
  weight: number;
  because: string[];
}

function weigh(
  traces: Traces,
  facts: DifferingFact[],
  attested: [Attestation, Attestation],
): Record<CauseKind, Weighed> {
  const weighed = Object.fromEntries(
    Object.keys(causeNames).map((cause) => [cause, { cause, weight: 0, because: [] }]),
  ) as unknown as Record<CauseKind, Weighed>;
  const add = (cause: CauseKind, weight: number, because?: string) => {
    weighed[cause].weight += weight;
    if (because !== undefined) weighed[cause].because.push(because);
  };
  const differ = (...names: string[]) =>
    facts
      .filter(({ fact, values }) => names.includes(fact) && !values.includes(null))
      .map(({ name }) => name);
  const list = (names: string[]) =>
    names.length > 1 ? `${names.slice(0, -1).join(', ')} and ${names.at(-1)}` : names[0];

  if (differ('bundle_ref').length > 0) add('bundle', 200, 'the bundles are not the same');

  const warm = attested.find(({ executor, ordinal }) => executor !== 'cold' || ordinal > 1);
  if (warm)
    add('earlier-task', 120, `one ran as task ${warm.ordinal} of its process, under ${warm.executor}`);

  if (differ('hash_seed').length > 0)
    add(
      'set-order',
      60,
      attested.every(({ hash_seed: seed }) => seed === 'random')
        ? 'each process draws its own hash seed'
        : 'the hash seeds are not the same',
    );
  if (traces.addresses) add('set-order', 80, 'what differs are addresses of objects');
  if (traces.reordered) add('set-order', 60, 'both have the same values in another order');
  if (!attested.every(({ fixed_addresses: fixed }) => fixed))
    add('set-order', 15, 'objects have other addresses in each process');
  if (traces.tiny) add('set-order', 10);

  if (traces.times === 'all') add('time', 100, 'all that differs are times of the clock');
  else if (traces.times === 'some') add('time', 45, 'some of what differs are times of the clock');

  if (traces.uuids) add('unseeded-generator', 90, 'what differs are UUIDs');
  else if (traces.times !== 'all' && !traces.addresses) {
    add('unseeded-generator', 30);
    if (traces.numbers && !traces.tiny && !traces.reordered) {
      add('unseeded-generator', 30, `numbers differ by up to ${percent(traces.relative)} of their size`);
      if (facts.length === 0) add('unseeded-generator', 30, 'all that is known of both runs is the same');
    }
    if (traces.tiny) add('unseeded-generator', -15);
  }

  const threads = Math.max(...attested.map(({ threads: told }) => told?.most ?? 1));
  const overridden = attested.some(({ threads: told }) => (told?.overridden.length ?? 0) > 0);
  if (threads > 1) add('threads', 25, `libraries may use ${threads} threads`);
  else if (overridden) add('threads', 25, 'the task or its bundle sets how many threads libraries use');
  // Threads that a model starts itself are not told.
  if (traces.tiny) add('threads', threads > 1 || overridden ? 40 : 22, sizeOf(traces));

  const processors = differ(
    'machine.processor',
    'machine.instruction_sets',
    'cpu_baseline.name',
    'cpu_baseline.overridden',
  );
  if (processors.length > 0) {
    add('processor', 40, `${list(processors)} are not the same`);
    if (traces.tiny) add('processor', 60, sizeOf(traces));
  }

  const packages = differ(
    'python',
    'environment.build',
    'environment.libc',
    'environment.distributions',
    'build',
    'warm_up',
    'wire.version',
  );
  if (packages.length > 0) {
    add(
      'packages',
      50,
      `${list(packages)} ${packages.length > 1 || packages[0]?.endsWith('s') ? 'are' : 'is'} not the same`,
    );
    if (traces.tiny) add('packages', 20, sizeOf(traces));
  }
  return weighed;
}

function sizeOf({ relative }: Traces): string {
  return `numbers differ by ${percent(relative)} of their size at most, as the last digits of floats do`;
}

function percent(relative: number): string {
  return relative < 1e-4 ? relative.toExponential(0) : `${Number((relative * 100).toPrecision(2))} %`;
}
