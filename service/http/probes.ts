import { endpoints } from '../../contract/endpoints/index.ts';

const paths = new Set<string>(Object.values(endpoints).flatMap(({ path, rateLimit }) => (rateLimit === 'exempt' ? [path] : [])));

/** Whether a probe or a scraper calls: they come every few seconds, by the pod's address. */
export const isProbe = (path: string) => paths.has(path);
