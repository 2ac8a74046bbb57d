import { expect, test } from '@jest/globals';
import { clusterAutoscalerFlags, productionNodes } from './cluster-autoscaler.ts';

test('the numbers of the guide are flags', () => {
  expect(clusterAutoscalerFlags(productionNodes, 'workers', 3)).toEqual([
    '--nodes=3:100:workers',
    '--scale-down-delay-after-add=10m',
    '--scale-down-unneeded-time=10m',
    '--balance-similar-node-groups',
  ]);
});

test('fewer nodes than zones are rejected, and a minimum above the maximum', () => {
  expect(() => clusterAutoscalerFlags(productionNodes, 'workers', 4)).toThrow('nodes.min (3) gives 4 zones less than a node each');
  expect(() => clusterAutoscalerFlags({ ...productionNodes, nodes: { min: 3, max: 2 } }, 'workers', 1)).toThrow(
    'nodes.min (3) exceeds nodes.max (2)',
  );
});
