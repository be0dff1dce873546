import type { TelemetryPlace } from '../contracts/telemetry/telemetry-place.js';
import type { Telemetry } from './telemetry.js';

const silent: Telemetry = {
  observe: () => undefined,
  recycling: () => undefined,
  flush: async () => undefined,
};

/**
 * Telemetry to where it is wanted. The SDK is loaded after the first task, so that no worker starts later for it, and
 * where nothing is configured it is not loaded at all.
 *
 * @param queueName the queue of the tasks
 * @param toldFile remembers beyond this worker when it was last said that telemetry is in trouble
 */
export function createTelemetry(
  place: TelemetryPlace | undefined,
  queueName: string,
  toldFile?: string,
): Telemetry {
  if (!place) return silent;

  let loading: Promise<Telemetry> | undefined;
  let recyclingTold = false;
  const sdk = () => {
    loading ??= import('./record-telemetry.js')
      .then(({ recordTelemetry }) => recordTelemetry(place, queueName, toldFile))
      .catch((error: unknown) => {
        console.error(`Telemetry is not sent by this worker, because it could not be started: ${error}`);
        return silent;
      });
    return loading;
  };
  const quietly = (work: (telemetry: Telemetry) => void | Promise<void>) =>
    sdk()
      .then(work)
      .catch((error: unknown) => console.error(`Telemetry of one task could not be recorded: ${error}`));

  return {
    observe: (observation) => void quietly((telemetry) => telemetry.observe(observation)),
    recycling(kind, reason) {
      if (recyclingTold) return;
      recyclingTold = true;
      void quietly((telemetry) => telemetry.recycling(kind, reason));
    },
    // Before the first task there is nothing to send.
    flush: async () => loading && quietly((telemetry) => telemetry.flush()),
  };
}
