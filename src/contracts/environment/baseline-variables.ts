import type { CpuBaseline } from './cpu-baseline.js';

/** Any one of them missing keeps glibc from its variants for AVX-512, libraries in `glibc-hwcaps/x86-64-v4` among them. */
const avx512 = ['AVX512F', 'AVX512CD', 'AVX512BW', 'AVX512DQ', 'AVX512VL'];
const avxAndFma = ['AVX', 'AVX2', 'FMA', 'FMA4', 'F16C'];

/** Before 2.33 glibc has another name for what it may use. It ignores names that it does not know. */
function withoutInGlibc(features: string[]): string {
  const names = features.flatMap((feature) => [`-${feature}`, `-${feature}_Usable`]);
  return `glibc.cpu.hwcaps=${names.join(',')}`;
}

/**
 * COMPATIBLE, since it is the one branch of MKL that processors of Intel and of others have in common: on the latter any
 * other name is silently taken for the branch that suits them best.
 */
const sameInMkl = { MKL_CBWR: 'COMPATIBLE' };

const ofLibraries: Record<CpuBaseline, Record<string, string>> = {
  native: {},
  avx2: {
    ...sameInMkl,
    OPENBLAS_CORETYPE: 'Haswell',
    ATEN_CPU_CAPABILITY: 'avx2', // PyTorch
    ONEDNN_MAX_CPU_ISA: 'AVX2',
    NUMBA_CPU_NAME: 'haswell',
    NUMBA_CPU_FEATURES: '+avx2,+fma', // without it, all that the machine has
    ARROW_USER_SIMD_LEVEL: 'AVX2',
    GLIBC_TUNABLES: withoutInGlibc(avx512),
  },
  sse: {
    ...sameInMkl,
    OPENBLAS_CORETYPE: 'Nehalem',
    ATEN_CPU_CAPABILITY: 'default',
    ONEDNN_MAX_CPU_ISA: 'SSE41',
    NUMBA_CPU_NAME: 'nehalem',
    NUMBA_CPU_FEATURES: '+sse4.2,+popcnt',
    ARROW_USER_SIMD_LEVEL: 'SSE4_2',
    GLIBC_TUNABLES: withoutInGlibc([...avx512, ...avxAndFma]),
  },
};

/** What of numpy's names is within a baseline: whatever a later numpy brings is not. */
const ofNumpy: Record<Exclude<CpuBaseline, 'native'>, RegExp> = {
  avx2: /^(?:SSE\w*|SSSE3|POPCNT|AVX|F16C|FMA3|AVX2|X86_V[23])$/,
  sse: /^(?:SSE\w*|SSSE3|POPCNT|X86_V2)$/,
};

/**
 * The environment variables that hold libraries to a baseline.
 *
 * @param numpyFeatures between which the installed numpy chooses here, by its own names: it takes no others, and of its
 * minimum none (an error at its import)
 */
export function baselineVariables(
  baseline: CpuBaseline,
  numpyFeatures: string[] = [],
): Record<string, string> {
  if (baseline === 'native') return {};
  const beyond = numpyFeatures.filter((feature) => !ofNumpy[baseline].test(feature));
  return {
    ...ofLibraries[baseline],
    ...(beyond.length > 0 && { NPY_DISABLE_CPU_FEATURES: beyond.join(',') }),
  };
}
