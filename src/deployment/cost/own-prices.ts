import { join } from 'node:path';
import { packageRoot } from '../../package/package-root.js';

/** The file of prices that is used when a person gives none. */
export const ownPrices: string = join(packageRoot, 'src', 'deployment', 'cost', 'prices.json');
