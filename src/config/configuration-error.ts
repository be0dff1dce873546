/** The configuration cannot be used. Each problem is one sentence that says what to change. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';

  constructor(readonly problems: string[]) {
    super(`Cannot use this configuration:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
  }
}
