import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The file that Dependabot updates. The bundle of the release tool contains its text. */
export const pinsFile = readFileSync(join(import.meta.dirname, '../../pins/action.yml'), 'utf8');
