import { createHmac, hkdfSync, randomBytes, timingSafeEqual } from 'node:crypto';
import { endpoints } from '../../../contract/endpoints/index.ts';
import { exportLinkSeconds } from '../../../contract/news-exports.ts';
import type { Settings } from '../../../contract/settings.ts';
import { Problem } from '../../http/problem.ts';

/** The signature of links: derived from the key of the service; without one, links are valid until the process ends. */
function keyOf({ SECRET_KEY, JWT_SECRET_KEY }: Pick<Settings, 'SECRET_KEY' | 'JWT_SECRET_KEY'>): Uint8Array {
  const secret = SECRET_KEY ?? JWT_SECRET_KEY;
  return secret === undefined ? randomBytes(32) : new Uint8Array(hkdfSync('sha256', secret, '', 'links to exports', 32));
}

/** Signed links to the files of exports. */
export function createLinks(settings: Pick<Settings, 'SECRET_KEY' | 'JWT_SECRET_KEY'>) {
  const key = keyOf(settings);
  const sign = (id: string, expires: number) => createHmac('sha256', key).update(`${id}\n${expires}`).digest();
  return {
    create(id: string, now = Date.now()) {
      const expires = Math.floor(now / 1000) + exportLinkSeconds;
      const query = new URLSearchParams({ expires: String(expires), signature: sign(id, expires).toString('base64url') });
      return { url: `${endpoints.downloadExport.path.replace(':id', id)}?${query}`, expires_at: new Date(expires * 1000).toISOString() };
    },
    /**
     * Checks a link.
     * @throws {Problem} invalid_link if its signature is wrong, export_gone if it has expired
     */
    verify(id: string, link: { readonly expires: string; readonly signature: string }, now = Date.now()): void {
      const [given, expected] = [Buffer.from(link.signature, 'base64url'), sign(id, Number(link.expires))];
      if (given.length !== expected.length || !timingSafeEqual(given, expected)) throw new Problem('invalid_link');
      if (Number(link.expires) * 1000 <= now) throw new Problem('export_gone', { detail: 'The link has expired: read the export again.' });
    },
  };
}
