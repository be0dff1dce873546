/** A target as `module:function`, in whichever of its two spellings it is given. */
export function targetFunction(target: string): string {
  return target.includes(':') ? target : target.replace(/\/(?=[^/]*$)/, ':');
}
