import { join } from 'node:path';
import { execa } from 'execa';
import { packageRoot } from '../../src/package/package-root.js';

const main = join(packageRoot, 'dist', 'cli', 'main.js');
/** Has a program say at its end how much memory and processor time it has had. */
const tellsUsage = `data:text/javascript,process.on('exit',()=>{const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();process.stderr.write(\`used \${maxRSS/1024} MiB \${(userCPUTime+systemCPUTime)/1e6} s\`)})`;

/** Runs a verb of `mops-cold` as a person does, and tells what that took. */
export async function runCli(
  env: NodeJS.ProcessEnv,
  args: string[],
  cancelSignal: AbortSignal,
): Promise<{ durationMs: number; peakMiB: number; cpuSeconds: number }> {
  const { durationMs, stderr } = await execa(process.execPath, ['--import', tellsUsage, main, ...args], {
    env,
    extendEnv: false,
    stdin: 'ignore',
    cancelSignal,
  });
  const [, mib, seconds] = /used ([\d.]+) MiB ([\d.]+) s$/.exec(stderr) ?? [];
  return { durationMs, peakMiB: Math.round(Number(mib)), cpuSeconds: Number(seconds) };
}
