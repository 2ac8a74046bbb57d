import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type ContainerRole, containersOf } from './containers.ts';
import { judge } from './judge.ts';
import { deployment, observe, pod, replicaSet, restarted, rollout, running } from './testing/sample-objects.ts';

const roles = ['init', 'sidecar', 'main', 'debug'] as const satisfies readonly ContainerRole[];
const lists = fc.array(fc.constantFrom(...roles), { maxLength: 6 });

/** A pod with one container of each role of the list. */
function podOf(list: readonly ContainerRole[]) {
  const named = list.map((role, position) => ({ role, name: `${role}-${position}` }));
  const specs = (...wanted: readonly ContainerRole[]) =>
    named
      .filter(({ role }) => wanted.includes(role))
      .map(({ role, name }) => ({ name, ...(role === 'sidecar' ? { restartPolicy: 'Always' } : {}) }));
  const statuses = (...wanted: readonly ContainerRole[]) =>
    specs(...wanted).map(({ name }) => ({ ...running(1, true, name), ready: true }));
  const made = pod({
    containers: specs('main'),
    initContainers: specs('init', 'sidecar'),
    statuses: statuses('main'),
    initStatuses: statuses('init', 'sidecar'),
  });
  return {
    named,
    made: {
      ...made,
      spec: { ...made.spec, ephemeralContainers: specs('debug') },
      status: { ...made.status, ephemeralContainerStatuses: statuses('debug') },
    },
  };
}

test('containersOf returns every container of a pod once, with its role', () => {
  fc.assert(
    fc.property(lists, (list) => {
      const { named, made } = podOf(list);
      const found = containersOf(made).map(({ role, status: { name } }) => ({ role, name }));
      expect(found.toSorted((one, two) => (one.name < two.name ? -1 : 1))).toEqual(
        named.toSorted((one, two) => (one.name < two.name ? -1 : 1)),
      );
    }),
  );
});

test.each([
  ['main', true],
  ['sidecar', true],
  ['init', true],
  ['debug', false],
] as const)('a crash loop of a container with role %s makes the release bad: %s', (role, isBad) => {
  const { made } = podOf(['main', role]);
  const crashed = restarted(3, 36, 1, 'Error', `${role}-1`);
  const swap = (list: readonly { readonly name: string }[] = []) => list.map((one) => (one.name === crashed.name ? crashed : one));
  const status = {
    ...made.status,
    containerStatuses: swap(made.status.containerStatuses),
    initContainerStatuses: swap(made.status.initContainerStatuses),
    ephemeralContainerStatuses: swap(made.status.ephemeralContainerStatuses),
  };
  const objects = isBad ? rollout({ ...made, status }) : [deployment(), replicaSet(2), { ...made, status }];
  expect(judge(observe(40, objects)).state).toBe(isBad ? 'failed' : 'healthy');
});
