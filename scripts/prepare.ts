/** Runs after `npm ci`: builds the page. Without development packages there is no builder, and `/` says how to get the page. */
import { join } from 'node:path';

function hasBuilder(): boolean {
  try {
    import.meta.resolve('vite');
    return true;
  } catch {
    return false;
  }
}

if (hasBuilder()) await (await import('./bundle-web.ts')).bundleWeb(join(import.meta.dirname, '../build/web'));
else process.stdout.write('The page at / is not built: it needs development packages\n');
