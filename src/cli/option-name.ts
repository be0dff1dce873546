/** An option as it is given, by the name that commander gives its value: `jobId` is `--job-id`. */
export function optionName(name: string): string {
  return `--${name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
