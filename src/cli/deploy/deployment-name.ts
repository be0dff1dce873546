import { InvalidArgumentError } from 'commander';

/** The `name` parameter of infra/main.bicep, by the same rule: everything is named for it. */
export function deploymentName(text: string): string {
  if (/^[a-z][a-z0-9]{1,13}$/.test(text)) return text;
  throw new InvalidArgumentError(
    'It must be 2 to 14 lower-case letters and digits, a letter first: the storage account is called st<name> with 8 more characters, and Azure allows it 24.',
  );
}
