/**
 * Variable by which a command that starts an app of its own says how its user set the time limit of tasks: reasons and problems
 * call it so. No setting, for it changes nothing else.
 */
export const timeoutSetBy = 'MOPS_COLD_TIMEOUT_SET_BY';
