/** By which numpy is told between which of its instruction sets to choose. It takes no more than one of them. */
export const numpyChoices = ['NPY_DISABLE_CPU_FEATURES', 'NPY_ENABLE_CPU_FEATURES'];
