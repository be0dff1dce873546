import type { PlaceOptions } from '../place.js';

/** What was asked of `mops-cold deploy up`. */
export interface UpOptions extends PlaceOptions {
  location?: string;
  hosting?: 'premium' | 'containerapps';
  parameters?: string[];
  set?: string[];
  requirements?: string;
  buildTools?: boolean;
  waitMinutes: number;
  smoke: boolean;
}
