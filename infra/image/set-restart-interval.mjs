// Sets how long the Functions host waits before it starts another worker. No app setting reaches this.
// node set-restart-interval.mjs <worker.config.json> <hh:mm:ss.f>
import { readFileSync, writeFileSync } from 'node:fs';

const [file, interval] = process.argv.slice(2);
if (!file || !/^\d\d:\d\d:\d\d(\.\d+)?$/.test(interval ?? '')) {
  console.error('Cannot set the interval: give worker.config.json and a time as hh:mm:ss.f.');
  process.exit(2);
}
const config = JSON.parse(readFileSync(file, 'utf8'));
if (config.description?.language !== 'node') {
  console.error(`Cannot set the interval: ${file} is not the configuration of the Node worker.`);
  process.exit(1);
}
config.processOptions = { ...config.processOptions, processRestartInterval: interval };
writeFileSync(file, `${JSON.stringify(config, null, 2)}\n`);
