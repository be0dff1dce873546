import { environmentVariables } from '../environment/environment-variables.js';
import { Scalar } from '../json/scalar.js';

/**
 * A task's own environment variables. Values become text: numbers as the sender wrote them, `true`, `false`.
 *
 * Refused are names that the runner sets itself: HOME, TMPDIR, TMP, TEMP, XDG_*, MODELOPS_*, MOPS_COLD_*, and of PYTHON*
 * what says where modules come from or how the interpreter starts and ends. PATH, LD_LIBRARY_PATH, LD_PRELOAD, TZ, the locale and the thread counts
 * (OMP_NUM_THREADS and so on) are the task's to set.
 */
export const TaskEnv = environmentVariables(Scalar);
