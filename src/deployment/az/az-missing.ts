/** There is no Azure CLI. */
export class AzMissing extends Error {
  override readonly name = 'AzMissing';

  constructor() {
    super(
      'Cannot find the Azure CLI: there is no `az` on PATH. Install it (https://learn.microsoft.com/cli/azure/install-azure-cli), then `az login`.',
    );
  }
}
