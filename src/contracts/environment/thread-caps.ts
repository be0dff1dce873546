/** What tells a library of the field how many threads it may use, where it would count cores by itself. */
const counts = [
  'OMP_NUM_THREADS', // OpenMP of C, C++ and Fortran; torch, pyarrow, data.table, xgboost, Eigen read it too
  'OPENBLAS_NUM_THREADS',
  'MKL_NUM_THREADS',
  'BLIS_NUM_THREADS',
  'VECLIB_MAXIMUM_THREADS', // Accelerate on macOS
  'NUMEXPR_NUM_THREADS',
  'NUMBA_NUM_THREADS', // all its layers, TBB's among them
  'RAYON_NUM_THREADS', // Rust
  'POLARS_MAX_THREADS', // its own pool of Rayon's threads, which does not read the one above
  'TF_NUM_INTRAOP_THREADS',
  'TF_NUM_INTEROP_THREADS',
  'NPROC', // the pool of JAX and XLA on the CPU
  'JULIA_NUM_THREADS',
  'RCPP_PARALLEL_NUM_THREADS', // R; its BLAS and OpenMP read the ones above
];

/**
 * Splits no operation of XLA over cores: without it the split depends on how many there are, whatever the size of the pool.
 * It has no variable of its own that takes a number.
 */
const serialXla = { XLA_FLAGS: '--xla_cpu_multi_thread_eigen=false' };

/**
 * The environment variables that hold a task to so many threads. They cap what counts cores for itself: threads that code
 * asks for by number, and processes, are its own affair.
 */
export function threadCaps(threads: number): Record<string, string> {
  return {
    ...Object.fromEntries(counts.map((name) => [name, String(threads)])),
    ...(threads === 1 && serialXla),
  };
}
