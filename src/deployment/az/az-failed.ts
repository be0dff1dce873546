/** `az` ended with an error. Its message is a sentence for people. */
export class AzFailed extends Error {
  override readonly name = 'AzFailed';

  constructor(
    /** What was asked, without its values: `deployment group create`. */
    readonly command: string,
    /** What Azure, or `az` itself, gives as the reason. */
    readonly reason: string,
    options?: ErrorOptions,
  ) {
    super(`Cannot complete \`az ${command}\`: ${reason}`, options);
  }

  /** Whether the thing that was asked for does not exist. Where the login or the subscription is wrong, that tells nothing of it. */
  get notFound(): boolean {
    if (
      /^\W*(AADSTS\d|subscription\b|the (subscription|tenant)\b|(Subscription|Tenant)NotFound\b)/im.test(
        this.reason,
      )
    )
      return false;
    return /NotFound\b|could not be found|does ?n[o']t exist|is not found|_UNKNOWN\b/i.test(this.reason);
  }
}
