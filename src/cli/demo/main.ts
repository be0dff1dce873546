import { keepBuild } from '../../package/keep-build.js';
import type { CliContext } from '../cli-context.js';
import { exitCodes } from '../exit-codes.js';
import { interruptionSignal } from '../interruption-signal.js';
import { noProxyHere } from '../no-proxy-here.js';
import { runProgram } from '../run-program.js';
import { createDemoProgram } from './create-demo-program.js';

noProxyHere(process.env);
keepBuild();
const context: CliContext = {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruptionSignal(process, 60_000), // messages go back, and storage is saved
  exitCode: exitCodes.done,
};
await runProgram(createDemoProgram(context), context, process.argv);
// Not process.exit(): what was written to a pipe must still arrive.
process.exitCode = context.exitCode;
