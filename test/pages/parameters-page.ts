import { type BicepParameter, bicepParameters } from './bicep-parameters.js';

/** The reference of all parameters, as it stands in infra/parameters.md. */
export function parametersPage(): string {
  const rows = bicepParameters().map(
    (each) => `| \`${each.name}\` | ${defaultOf(each)} | ${boundsOf(each)} | ${each.description} |`,
  );
  return `# Parameters

Of [main.bicep](main.bicep), from which this page is made by \`npm run pages\`. Values that contradict each other are refused before anything
is made, with a sentence for each.

| parameter | default | bounds | |
|---|---|---|---|
${rows.join('\n')}
`;
}

function defaultOf({ default: value }: BicepParameter): string {
  if (value === undefined) return 'must be given';
  const ofHosting = /^hosting == 'premium' \? (\d+) : (\d+)$/.exec(value);
  if (ofHosting) return `${ofHosting[1]}; containerapps ${ofHosting[2]}`;
  if (value === 'resourceGroup().location') return 'that of the resource group';
  if (value.startsWith('utcNow(')) return 'this month';
  if (["''", '[]', '{}'].includes(value)) return 'empty';
  return `\`${value.replaceAll("'", '')}\``;
}

function boundsOf({ allowed, type, minimum, maximum }: BicepParameter): string {
  if (allowed) return allowed.map((each) => `\`${each}\``).join(', ');
  const unit = type === 'int' ? '' : type === 'string' ? ' characters' : ' entries';
  if (minimum !== undefined && minimum === maximum) return `${maximum}${unit}`;
  if (minimum !== undefined) return `${minimum} to ${maximum}${unit}`;
  return maximum === undefined ? '' : `at most ${maximum}${unit}`;
}
