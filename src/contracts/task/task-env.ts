import { environmentVariables } from '../environment/environment-variables.js';
import { Scalar } from '../json/scalar.js';

/**
 * A task's own environment variables. Values become text: numbers as the sender wrote them, `true`, `false`.
 *
 * Refused are names that the runner sets itself or that could not take effect: HOME, TMPDIR, TMP, TEMP,
 * XDG_*, PYTHON*, MODELOPS_* and MOPS_COLD_*. PATH, LD_LIBRARY_PATH, LD_PRELOAD, TZ, the locale and the thread counts
 * (OMP_NUM_THREADS and so on) are the task's to set.
 */
export const TaskEnv = environmentVariables(Scalar);
