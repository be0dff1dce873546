import { encodeArtifactName } from '../contracts/result/artifact-name.js';

/** `sims/<2 hex>/<result_key>/result.json` */
export function resultPath(resultKey: string): string {
  return `${resultFolder(resultKey)}/result.json`;
}

/** `sims/<2 hex>/<result_key>/results/<id>.json`: of other packages than the first, or of one run alone. */
export function furtherResultPath(resultKey: string, id: string): string {
  return `${resultFolder(resultKey)}/results/${id}.json`;
}

/** Of a result as messages and records name it: `<result_key>`, or `<result_key>/<id>` for a further one. */
export function namedResultPath(name: string): string {
  const [resultKey = '', id] = name.split('/');
  return id === undefined ? resultPath(resultKey) : furtherResultPath(resultKey, id);
}

/** `sims/<2 hex>/<result_key>/attempts/<attempt>/` */
export function attemptPrefix(resultKey: string, attempt: string): string {
  return `${resultFolder(resultKey)}/attempts/${attempt}/`;
}

/** `sims/<2 hex>/<result_key>/attempts/<attempt>/<artifact>` */
export function artifactPath(resultKey: string, attempt: string, name: string): string {
  return `${attemptPrefix(resultKey, attempt)}${encodeArtifactName(name)}`;
}

function resultFolder(resultKey: string): string {
  return `sims/${resultKey.slice(0, 2)}/${resultKey}`;
}
