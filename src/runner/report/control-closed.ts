/** The exit code with which the runner leaves when a simulation has closed the descriptor on which its result is told. */
export const controlClosed = 179;
