import { describe, expect, test } from '@jest/globals';
import { blocksRollout, isReportedOnly } from './custom-resources.ts';
import { judge } from './judge.ts';
import type { ClusterEvent, CustomResource, CustomResourceKind, CustomResourceStatus } from './kubernetes-objects.ts';
import { dateAt, event, observe, timestampAt } from './testing/sample-objects.ts';
import type { Memory, Target, Verdict } from './verdict.ts';

const apiVersions = {
  Cluster: 'postgresql.cnpg.io/v1',
  ExternalSecret: 'external-secrets.io/v1',
  Certificate: 'cert-manager.io/v1',
} as const satisfies Record<CustomResourceKind, string>;
const named = (kind: CustomResourceKind): Target => ({
  apiVersion: apiVersions[kind],
  kind,
  namespace: 'shop',
  name: 'store',
  generation: 2,
});
const object = (kind: CustomResourceKind, status?: CustomResourceStatus): CustomResource => ({
  kind,
  metadata: { name: 'store', namespace: 'shop', uid: 'store', generation: 2 },
  ...(status === undefined ? {} : { status }),
});
const condition = (type: string, status: string, reason = '', message = '') => ({ type, status, reason, message });
const ready = condition('Ready', 'True');

interface Seen {
  readonly events?: readonly ClusterEvent[];
  readonly previous?: Memory;
  readonly deadlineSeconds?: number;
}
const verdictOn = (
  seconds: number,
  kind: CustomResourceKind,
  status?: CustomResourceStatus,
  { events = [], ...more }: Seen = {},
): Verdict => judge(observe(seconds, [object(kind, status)], events, { targets: [named(kind)], ...more }));
const lineOf = (verdict: Verdict): string | undefined => (verdict.state === 'progressing' ? verdict.waiting[0]?.line : undefined);

describe('a custom resource', () => {
  test.each<[string, CustomResourceKind, CustomResourceStatus]>([
    [
      'a database that is ready; CloudNativePG reports no generation',
      'Cluster',
      { phase: 'Cluster in healthy state', conditions: [ready] },
    ],
    ['a Secret that was synced from this generation', 'ExternalSecret', { syncedResourceVersion: '2-a1b2', conditions: [ready] }],
    ['a certificate', 'Certificate', { conditions: [{ ...ready, observedGeneration: 2 }] }],
  ])('is ready: %s', (_name, kind, status) => {
    expect(verdictOn(1, kind, status).state).toBe('healthy');
  });

  test.each<[string, CustomResourceKind, CustomResourceStatus]>([
    ['a Secret', 'ExternalSecret', { syncedResourceVersion: '1-a1b2', conditions: [ready] }],
    ['a certificate', 'Certificate', { conditions: [{ ...ready, observedGeneration: 1 }] }],
  ])('is pending while its status is of an earlier generation: %s', (_name, kind, status) => {
    expect(lineOf(verdictOn(1, kind, status))).toBe(`${kind} shop/store: its operator has not observed the change yet`);
  });

  test.each<[string, CustomResourceKind, CustomResourceStatus | undefined]>([
    ['Cluster shop/store: the database does not exist yet', 'Cluster', undefined],
    [
      'Cluster shop/store: the database does not exist yet; Setting up primary: Creating primary instance store-1',
      'Cluster',
      {
        phase: 'Setting up primary',
        phaseReason: 'Creating primary instance store-1',
        conditions: [condition('Ready', 'False', 'ClusterIsNotReady')],
      },
    ],
    [
      'Certificate shop/store: the certificate does not exist yet; Issuing certificate',
      'Certificate',
      { conditions: [condition('Ready', 'False', 'DoesNotExist', 'Issuing certificate')] },
    ],
  ])('is pending with the message of its operator: %s', (line, kind, status) => {
    const first = verdictOn(1, kind, status);
    expect(lineOf(first)).toBe(line);
    expect(lineOf(verdictOn(899, kind, status, { previous: first.memory }))).toBe(line);
  });

  test.each<[string, CustomResourceKind, CustomResourceStatus, readonly ClusterEvent[], string]>([
    [
      'an unreachable secret store, with its message',
      'ExternalSecret',
      { conditions: [condition('Ready', 'False', 'SecretSyncedError', 'could not get secret data from provider')] },
      [event('UpdateFailed', 'key production/captions does not exist', 3, 20, { kind: 'ExternalSecret', name: 'store' })],
      'ExternalSecret shop/store: could not get secret data from provider: key production/captions does not exist',
    ],
    [
      'a failure after an earlier success',
      'ExternalSecret',
      { syncedResourceVersion: '1-a1b2', conditions: [condition('Ready', 'False', 'SecretSyncedError', 'could not update Secret')] },
      [],
      'ExternalSecret shop/store: could not update Secret',
    ],
    [
      'a database in an unrecoverable phase',
      'Cluster',
      {
        phase: 'Cluster cannot proceed to reconciliation due to an unknown plugin being required',
        phaseReason: 'barman-cloud.cloudnative-pg.io',
        conditions: [condition('Ready', 'False', 'ClusterIsNotReady')],
      },
      [],
      'Cluster shop/store: Cluster cannot proceed to reconciliation due to an unknown plugin being required: barman-cloud.cloudnative-pg.io',
    ],
  ])('fails when it stays so for 30 s: %s', (_name, kind, status, events, line) => {
    const first = verdictOn(5, kind, status, { events });
    expect(first).toMatchObject({ state: 'progressing', waiting: [{ until: dateAt(35) }] });
    const before = verdictOn(34, kind, status, { events, previous: first.memory });
    expect(before.state).toBe('progressing');
    expect(verdictOn(35, kind, status, { events, previous: before.memory })).toMatchObject({
      state: 'failed',
      provedAt: dateAt(35),
      cause: { code: 'operator-failed', line, chain: [{ kind, name: 'store' }] },
    });
  });

  test('is no failure if it recovers in time', () => {
    const failing = { conditions: [condition('Ready', 'False', 'SecretSyncedError', 'the store is away')] };
    const first = verdictOn(5, 'ExternalSecret', failing);
    const recovered = verdictOn(30, 'ExternalSecret', { syncedResourceVersion: '2-a', conditions: [ready] }, { previous: first.memory });
    expect(recovered.state).toBe('healthy');
    expect(verdictOn(40, 'ExternalSecret', failing, { previous: recovered.memory }).state).toBe('progressing');
  });

  test('fails at the deadline, with its phase in the cause', () => {
    const status = {
      phase: 'Creating a new replica',
      conditions: [{ ...condition('Ready', 'False'), lastTransitionTime: timestampAt(2) }],
    };
    expect(verdictOn(60, 'Cluster', status, { deadlineSeconds: 60 })).toMatchObject({
      state: 'failed',
      cause: { code: 'deadline', line: expect.stringContaining('the database does not exist yet; Creating a new replica') },
    });
  });
});

test('a rollout waits for a database and Secrets, but not for a certificate or for the same kind of another API group', () => {
  const objects = Object.entries(apiVersions).map(([kind, apiVersion]) => ({ kind, apiVersion }));
  expect(objects.filter(blocksRollout).map(({ kind }) => kind)).toEqual(['Cluster', 'ExternalSecret']);
  expect(objects.filter(isReportedOnly).map(({ kind }) => kind)).toEqual(['Certificate']);
  expect(blocksRollout({ apiVersion: 'cluster.x-k8s.io/v1beta1', kind: 'Cluster' })).toBe(false);
});
