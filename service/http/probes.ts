import { endpoints } from '../../contract/endpoints/index.ts';

const paths = new Set<string>(Object.values(endpoints).flatMap(({ path, rateLimit }) => (rateLimit === 'exempt' ? [path] : [])));

/** Whether the path is that of a probe or of metrics: these are requested every few seconds, by the pod's address. */
export const isProbe = (path: string) => paths.has(path);
