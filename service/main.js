/** The service from its source. `main.ts` is a link to this file, because Node 20 cannot read TypeScript. */
import { isInstalled } from '../contract/installed.js';

if (isInstalled('npm start')) await import('./start.ts');
