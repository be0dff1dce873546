import type { OutcomeRecord } from '../../../src/contracts/result/outcome-record.js';
import { type TroubleKind, troubles } from '../storage/storage-proxy.js';
import type { Fault } from './fault.js';
import { pause } from './pause.js';

/** Trouble between the app and its storage, for some seconds, for a share of all requests. */
function trouble(name: string, kinds: readonly TroubleKind[]): Fault {
  return {
    name: `storage-${name}`,
    doubles: true,
    async inject({ random, storage, calm, scale }) {
      const [share, ms] = [random.pick([0.02, 0.1, 0.3, 1]), 10_000 * scale];
      const lasts = (share === 1 ? random.between(300, 2_500) : random.between(1_000, 8_000)) * scale;
      storage.proxy.setTrouble({ kinds, share, ms });
      await pause(lasts, calm);
      storage.proxy.setTrouble(undefined);
      return `${kinds.join(', ')}: ${share * 100} % of all requests for ${Math.round(lasts)} ms`;
    },
    excuses: usedUp,
  };
}

/** Every delivery met trouble: five of them, each with tries of its own. */
const usedUp = ({ outcome }: OutcomeRecord) => outcome === 'given-up';

export const storageFaults: Fault[] = [
  ...troubles.map((kind) => trouble(kind, [kind])),
  trouble('mixed', troubles),
  {
    name: 'storage-restart',
    doubles: true,
    async inject({ storage }) {
      const begun = performance.now();
      await storage.restart();
      return `Azurite ended and started again, in ${Math.round(performance.now() - begun)} ms`;
    },
    excuses: usedUp,
  },
];
