import {
  type EnvironmentMarker,
  parsePipRequirementsLine,
  RequirementsSyntaxError,
} from 'pip-requirements-js';

/**
 * The tree of an environment marker (PEP 508), as in `python_version < "3.11" and sys_platform == "linux"`.
 *
 * @returns undefined when it is none.
 */
export function parseMarker(text: string): EnvironmentMarker | undefined {
  try {
    const requirement = parsePipRequirementsLine(`x ; ${text}`);
    return requirement?.type === 'ProjectName' ? requirement.environmentMarkerTree : undefined;
  } catch (error) {
    if (error instanceof RequirementsSyntaxError) return undefined;
    throw error;
  }
}
