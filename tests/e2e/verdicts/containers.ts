import { names } from '../../../contract/product.ts';
import { secondDeployment } from './played.ts';
import type { Scenario } from './scenarios.ts';
import { type Shop, standIn } from './shop.ts';

const one = { replicas: 1 } as const;
const initContainer = (image: string, name: string, behaviour: string, more = {}): Partial<Shop> => ({
  ...one,
  pod: { initContainers: [{ ...standIn(image, behaviour).containers[0], name, ...more }] },
});

/** What containers do on real nodes that simulated nodes only report. */
export const inContainers: readonly Scenario[] = [
  {
    name: 'native sidecar that dies after 6 s',
    before: one,
    next: ({ image }) => initContainer(image, 'proxy', 'dies-after-6-s', { restartPolicy: 'Always' }),
    expected: 'restarted',
    cause: /container proxy.*exit code 3/,
    soakSeconds: 15,
  },
  {
    name: 'killed for its memory by the first request',
    before: one,
    next: { ...one, behaviour: 'takes-memory' },
    expected: 'restarted',
    cause: /OOMKilled/,
  },
  {
    name: 'migration that fails after 18,000 lines',
    before: one,
    next: { ...one, migration: 'talks' },
    expected: 'job-failed',
    cause: /exited with code 4/,
    prints: /fatal: row 18001 has no price/,
  },
  {
    name: 'killed by its liveness probe',
    before: one,
    next: {
      ...one,
      behaviour: 'stops-living',
      container: { livenessProbe: { httpGet: { path: '/live', port: 8080 }, periodSeconds: 1, failureThreshold: 2 } },
    },
    expected: 'restarted',
    cause: /killed by its liveness probe.*statuscode: 503/,
    soakSeconds: 20,
  },
  {
    name: 'endless init container, timeout 20 s',
    before: one,
    next: ({ image }) => initContainer(image, 'wait-for-db', 'sleeps'),
    expected: 'deadline',
    cause: /container wait-for-db.* init container that has run for \d+ s/,
    timeoutSeconds: 20,
  },
  {
    name: 'second Deployment behind the same Service',
    before: one,
    next: (place) => ({
      ...one,
      configuration: { GREETING: 'next' },
      others: [secondDeployment(place, { behaviour: 'answers-as-another' })],
    }),
    expected: 'smoke-failed',
    cause: /release another responds instead of/,
  },
  {
    name: 'Service whose selector matches no pod',
    before: one,
    next: { ...one, configuration: { GREETING: 'next' }, serviceSelector: { app: 'apii' } },
    expected: 'smoke-failed',
    cause: new RegExp(`${names.services.api}.*app=apii`),
  },
  {
    name: 'program of another processor',
    before: one,
    next: { ...one, container: { command: ['/app/other-processor'] } },
    expected: 'crash-loop',
    cause: /the image is built for another architecture than node/,
  },
];
