import { basename } from 'node:path';

/** The files in the order in which they use one cluster. */
const order = [
  'rejected',
  'identity',
  'admission',
  'rights',
  'accepted',
  'unchanged',
  'rollout',
  'local',
  'backup',
  'monitoring',
  'readiness',
  'load',
  'network',
  'cluster-properties',
  'canary',
  'verdicts',
  'namespaces',
  'simulated',
  'disruptions',
  'killed',
  'chaos',
];
const place = ({ path }: { readonly path: string }) => order.indexOf(basename(path, '.test.ts'));

/** Runs files in an order that says what is broken first (Jest's own is by size and time). */
export default class InOrder {
  sort<Test extends { readonly path: string }>(tests: readonly Test[]): Test[] {
    return tests.toSorted((one, other) => place(one) - place(other));
  }

  /** Jest passes the results to every sequencer; the order does not depend on them. */
  cacheResults(): void {}
}
