import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { judge } from './judge.ts';
import { deployment, event, observe, pod, replicaSet, restarted, running, waiting } from './testing/sample-objects.ts';

const notFound = waiting('ErrImagePull', 'ghcr.io/example/api:2: not found');
const backOff = waiting('ImagePullBackOff', 'Back-off pulling image "ghcr.io/example/api:2"');
const statuses = fc.oneof(
  fc.constantFrom(notFound, backOff, waiting('ContainerCreating'), waiting('CreateContainerConfigError', 'secret "a" not found')),
  fc
    .tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 3, max: 100 }), fc.constantFrom(1, 2, 137))
    .map(([count, at, code]) => restarted(count, at, code)),
  fc.integer({ min: 1, max: 100 }).map((at) => running(at)),
);
const podsOf = (revision: 1 | 2) =>
  fc
    .array(statuses, { maxLength: 4 })
    .map((list) =>
      list.map((status, index) =>
        pod({ name: `api-${revision}-${index}`, revision, phase: status.state?.running ? 'Running' : 'Pending', statuses: [status] }),
      ),
    );
const events = fc.array(
  fc
    .tuple(
      fc.constantFrom('Failed', 'FailedMount', 'Unhealthy', 'TriggeredScaleUp'),
      fc.constantFrom('Failed to pull image: not found', 'Failed to pull image: 429 Too Many Requests', 'secret "a" not found'),
      fc.integer({ min: -20, max: 90 }),
      fc.nat({ max: 40 }),
      fc.nat({ max: 1 }),
    )
    .map(([reason, message, first, lasts, index]) => event(reason, message, first, first + lasts, { name: `api-2-${index}` })),
  { maxLength: 8 },
);
const sets = [deployment({ availableReplicas: 0 }), replicaSet(1), replicaSet(2)];
const seconds = fc.integer({ min: 1, max: 400 });

test('the order of objects and events does not change the verdict', () => {
  const shuffled = fc
    .tuple(podsOf(2), events)
    .chain(([pods, list]) =>
      fc.tuple(
        fc.constant(pods),
        fc.constant(list),
        fc.shuffledSubarray([...sets, ...pods], { minLength: sets.length + pods.length }),
        fc.shuffledSubarray(list, { minLength: list.length }),
      ),
    );
  fc.assert(
    fc.property(shuffled, seconds, ([pods, list, objects, reordered], at) => {
      expect(judge(observe(at, objects, reordered))).toEqual(judge(observe(at, [...sets, ...pods], list)));
    }),
    { numRuns: 400 },
  );
});

test('pods of an earlier revision never change the verdict', () => {
  fc.assert(
    fc.property(podsOf(2), podsOf(1), events, seconds, (pods, old, list, at) => {
      expect(judge(observe(at, [...sets, ...old, ...pods], list))).toEqual(judge(observe(at, [...sets, ...pods], list)));
    }),
  );
});

test('no verdict precedes its proof, and a later observation of the same state never revokes it', () => {
  fc.assert(
    fc.property(podsOf(2), events, seconds, fc.nat({ max: 400 }), (pods, list, at, more) => {
      const first = judge(observe(at, [...sets, ...pods], list));
      if (first.state !== 'failed') return;
      expect(first.provedAt <= observe(at, []).now).toBe(true);
      expect(judge(observe(at + more, [...sets, ...pods], list, { previous: first.memory })).state).toBe('failed');
    }),
  );
});

test('the same observation gives the same verdict, and memory survives JSON', () => {
  fc.assert(
    fc.property(podsOf(2), events, seconds, (pods, list, at) => {
      const { memory } = judge(observe(at, [...sets, ...pods], list));
      const again = judge(observe(at, [...sets, ...pods], list, { previous: JSON.parse(JSON.stringify(memory)) }));
      expect(again.memory).toEqual(memory);
    }),
  );
});
