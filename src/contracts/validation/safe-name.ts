import { z } from 'zod';
import { mustBe } from './must-be.js';

const rule = mustBe(
  '1 to 100 letters, digits, ".", "_" or "-", beginning with a letter or digit and not ending with "."',
);

/** The id of a job or a run, safe as one segment of a blob's name. */
export const SafeName = z.string(rule).regex(/^[A-Za-z0-9](?:[A-Za-z0-9._-]{0,98}[A-Za-z0-9_-])?$/, rule);
