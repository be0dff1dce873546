/** Something that others wait for, and that happens once. */
export interface Signal {
  readonly fired: Promise<void>;
  readonly fire: () => void;
}

/** A signal that has not fired. */
export function createSignal(): Signal {
  let fire: () => void = () => undefined;
  const fired = new Promise<void>((resolve) => {
    fire = resolve;
  });
  return { fired, fire };
}
