const kernels: [RegExp, string][] = [
  [/\.nb[ic]$/, 'numba'],
  [/(^|\/)jit_[^/]+-cache$/, 'jax'],
];

const belowHome: [RegExp, string][] = [
  [/^\.pytensor\//, 'pytensor'],
  [/^\.theano\//, 'theano'],
  ...kernels,
  [/^\.cython\/brian_extensions\//, 'brian2'],
  [/^\.(cython|pyxbld)\//, 'cython'],
  [/^\.cache\/dijitso\//, 'dijitso'],
  [/^\.cache\/fenics\//, 'ffcx'],
  [/^\.(cache|config)\/matplotlib\//, 'matplotlib'],
  [/^\.cache\/torchinductor\//, 'torch inductor'],
  [/^\.triton\//, 'triton'],
  [/^\.julia\/compiled\//, 'julia'],
];

/** What is no part of a path that can be shown as it is. */
const odd = /[^A-Za-z0-9._-]/;

/** The cache that a file below HOME belongs to, if any. `named` is false of one that is known by its folder alone. */
export function cacheBelowHome(path: string): { name: string; named: boolean } | undefined {
  const name = nameOf(path, belowHome);
  if (name !== undefined) return { name, named: true };
  const folder = /^\.cache\/([^/]{1,40})\//.exec(path)?.[1];
  if (folder === undefined || odd.test(folder)) return undefined;
  return { name: `~/.cache/${folder}`, named: false };
}

/** The same of a file in the working copy. */
export function cacheInBundle(path: string): { name: string; named: boolean } | undefined {
  const name = nameOf(path, kernels);
  return name === undefined ? undefined : { name, named: true };
}

function nameOf(path: string, known: [RegExp, string][]): string | undefined {
  return known.find(([pattern]) => pattern.test(path))?.[1];
}
