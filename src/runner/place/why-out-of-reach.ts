import type { View } from '../../files/view-of.js';
import type { Boundary } from '../process/supervisor.js';

/** Why simulations cannot have users of their own here, as the rest of a sentence; empty when they can. */
export function whyOutOfReach(
  { withoutUsers, withoutViews }: Pick<Boundary, 'withoutUsers' | 'withoutViews'>,
  { hidden, why }: View,
): string {
  if (withoutUsers !== '' || why !== '') return withoutUsers || why;
  if (hidden === '' || withoutViews === '') return '';
  return `${hidden}, and here no process can be shown alone what it needs of that folder (mount namespaces: ${withoutViews})`;
}
