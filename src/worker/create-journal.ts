import type { DeliveryResult } from '../simulation/delivery-result.js';

/** What health tells of the tasks since the worker started. */
export interface Journal {
  note(result: DeliveryResult): void;
  failed(reason: string): void;
  read(): {
    outcomes: Record<string, number>;
    lastError: { at: string; reason: string } | null;
  };
}

export function createJournal(): Journal {
  const outcomes: Record<string, number> = {};
  let lastError: { at: string; reason: string } | null = null;
  const failed = (reason: string) => {
    lastError = { at: new Date().toISOString(), reason };
  };
  return {
    note(result) {
      outcomes[result.outcome] = (outcomes[result.outcome] ?? 0) + 1;
      if (result.outcome !== 'succeeded') failed(`${result.subject}: ${result.outcome}: ${result.reason}`);
    },
    failed,
    read: () => ({ outcomes: { ...outcomes }, lastError }),
  };
}
