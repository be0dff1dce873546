import { interruptionSignal } from '../../src/cli/interruption-signal.js';
import { runBench } from './run-bench.js';

// npm run bench [-- --quick] [--only PART,…] [--json FILE] [--svg FILE] [--python PYTHON] [--venvs FOLDER]: the figures of one run, to be
// compared with each other alone.

// Azurite and the app listen on this machine, where a proxy does not lead.
for (const name of ['NO_PROXY', 'no_proxy']) {
  process.env[name] = [process.env[name], '127.0.0.1'].filter(Boolean).join(',');
}
process.exitCode = await runBench(process.argv.slice(2), interruptionSignal(process));
