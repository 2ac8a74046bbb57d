import { type EndpointName, endpointNames, endpointOf } from '../contract/endpoints/index.ts';
import type { Listener } from '../contract/ports.ts';
import type { Settings } from '../contract/settings.ts';

/** `probes`: what a process without other endpoints answers. */
export type ListenerKind = Listener | 'probes';

type ServedSettings = Pick<Settings, 'ENABLE_METRICS' | 'ENVIRONMENT'>;

/** Whether a listener serves an endpoint. */
function isServed(name: EndpointName, kind: ListenerKind, { ENABLE_METRICS, ENVIRONMENT }: ServedSettings): boolean {
  const { port, notInProduction } = endpointOf(name);
  if (notInProduction && ENVIRONMENT === 'production') return false;
  if (port === 'metrics') return ENABLE_METRICS;
  if (port === 'every') return kind !== 'metrics';
  return port === 'callers' ? kind === 'http' || kind === 'graphql' : port === kind;
}

/** The endpoints that a listener serves: it routes, documents and allows these and no others. */
export const endpointsOn = (kind: ListenerKind, settings: ServedSettings): readonly EndpointName[] =>
  endpointNames.filter((name) => isServed(name, kind, settings));
