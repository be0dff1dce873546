#!/usr/bin/env node
import { keepBuild } from '../package/keep-build.js';
import type { CliContext } from './cli-context.js';
import { createProgram } from './create-program.js';
import { exitCodes } from './exit-codes.js';
import { interruptionSignal } from './interruption-signal.js';
import { runProgram } from './run-program.js';

keepBuild();
const context: CliContext = {
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  signal: interruptionSignal(process),
  exitCode: exitCodes.done,
};
await runProgram(await createProgram(context), context, process.argv);
// Not process.exit(): what was written to a pipe must still arrive.
process.exitCode = context.exitCode;
