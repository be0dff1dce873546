/** The users of the operating system that one supervisor holds, each for one process at a time. */
export interface Users {
  /** One that nothing runs as, and that has left nothing. @throws when there is none */
  take(): Promise<number>;
  /** One that was taken, and with which nothing was started. */
  giveBack(user: number): void;
  /** These are free, or there are none. */
  told(event: { users: number[]; error: string }): void;
  /** There will be no more. */
  fail(error: Error): void;
}

interface Waiting {
  resolve(user: number): void;
  reject(error: Error): void;
}

/** Asked for at once, so that hardly ever somebody waits. */
const atOnce = 4;

/** @param ask for so many more, which `told` then tells */
export function createUsers(ask: (count: number) => void): Users {
  /** The one that was free first is used first: files that it has left are looked for in fewer folders then. */
  const free: number[] = [];
  const waiting: Waiting[] = [];
  let asked = false;

  function give(): void {
    while (waiting.length > 0 && free.length > 0) waiting.shift()?.resolve(free.shift() as number);
    if (asked || (free.length > 0 && waiting.length === 0)) return;
    asked = true;
    ask(Math.max(atOnce, waiting.length));
  }

  function fail(error: Error): void {
    for (const { reject } of waiting.splice(0)) reject(error);
  }

  return {
    take() {
      return new Promise((resolve, reject) => {
        waiting.push({ resolve, reject });
        give();
      });
    },
    giveBack(user) {
      free.push(user);
      give();
    },
    told({ users, error }) {
      // Without any more, whoever comes next asks anew.
      asked = false;
      free.push(...users);
      if (error === '') give();
      else fail(new Error(`Cannot start the Python process: no user is left for it, ${error}.`));
    },
    fail,
  };
}
