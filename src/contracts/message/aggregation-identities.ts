import type { CpuBaseline } from '../environment/cpu-baseline.js';
import { blake2b } from '../identities/blake2b.js';
import { canonicalJson } from '../json/canonical-json.js';
import type { AggregateRequest } from './aggregate-request.js';

type Asked = Pick<AggregateRequest, 'target' | 'bundle_ref' | 'inputs' | 'set' | 'target_data'>;

/** Names under which an aggregation is kept, 32 hex digits each. */
export const aggregationIdentities = {
  /**
   * In its job, where it takes the place of a task id: the same for every try at a parameter set and target, whichever results
   * there are by then; of a request without a set, by its results.
   */
  id({ target, bundle_ref, inputs, set }: Asked): string {
    const of = set === undefined ? inputs.toSorted().join(',') : `set:${set.id}`;
    return blake2b(`aggregate:v1|${bundle_ref}|${target}|${of}`, 128);
  },

  /**
   * Where its result lives: by bundle, target and the results that it was made from, which are written once and never changed, in
   * whatever order they were named.
   *
   * @param app how the app runs its tasks, as for `resultKey`
   */
  resultKey(
    { target, bundle_ref, inputs, target_data: data }: Asked,
    app: { threads?: number; fixedAddresses?: boolean; cpuBaseline?: CpuBaseline } = {},
  ): string {
    const { threads = 1, fixedAddresses = false, cpuBaseline = 'native' } = app;
    const more = {
      ...(data !== undefined && { target_data: data }),
      ...(threads !== 1 && { threads: String(threads) }),
      ...(fixedAddresses && { fixed_addresses: true }),
      ...(cpuBaseline !== 'native' && { cpu_baseline: cpuBaseline }),
    };
    const suffix = Object.keys(more).length > 0 ? `|${canonicalJson(more)}` : '';
    return blake2b(`aggregation:v1|${bundle_ref}|${target}|${inputs.toSorted().join(',')}${suffix}`, 128);
  },
};
