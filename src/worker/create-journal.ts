import type { Handled } from '../simulation/handled.js';

/** What health tells of the tasks since the worker started. */
export interface Journal {
  note(handled: Handled): void;
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
    note(handled) {
      outcomes[handled.outcome] = (outcomes[handled.outcome] ?? 0) + 1;
      if (handled.outcome !== 'succeeded')
        failed(`${handled.subject}: ${handled.outcome}: ${handled.reason}`);
    },
    failed,
    read: () => ({ outcomes: { ...outcomes }, lastError }),
  };
}
