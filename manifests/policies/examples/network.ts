import { names } from '../../../contract/product.ts';
import { broken, type Example, without } from './example.ts';

const egress = (value: unknown) => broken('NetworkPolicy', ['spec', 'egress'], value, names.api);
const excess = /allowed by NetworkPolicy\/\S+-api \(egress\), but the contract declares no such connection/.source;

/** Namespaces, labels and network policies. */
export const networkExamples: readonly Example[] = [
  {
    policy: 'existingNamespaces',
    mistake: 'an object in a namespace that does not exist',
    change: broken('Service', ['metadata', 'namespace'], 'default'),
    message: /Service\/.* is in namespace default, but the environment has \S+/,
  },
  {
    policy: 'uniqueObjects',
    mistake: 'two objects with the same name',
    change: (valid) => [...valid, ...valid.filter(({ kind }) => kind === 'Job')],
    message: /Job\/.* is defined 2 times in namespace \S+/,
  },
  {
    policy: 'requiredLabels',
    mistake: 'an object without the label of the product',
    change: broken('Service', ['metadata', 'labels'], {}),
    message: /Service\/.* has no label app.kubernetes.io\/name: \S+/,
  },
  {
    policy: 'defaultDeny',
    mistake: 'a namespace without a default-deny policy',
    change: without('NetworkPolicy', 'default-deny'),
    message: /no NetworkPolicy of namespace \S+ denies ingress and egress by default/,
  },
  {
    policy: 'defaultDeny',
    mistake: 'a workload without declared connections',
    change: without('NetworkPolicy', '-migrate'),
    message: /Job\/.* \(component migrate\) has no NetworkPolicy of its own/,
  },
  {
    policy: 'declaredConnections',
    mistake: 'a declared connection that is denied',
    change: egress([]),
    message:
      /^api → redis\/kubernetes port 6379\/TCP: the contract declares this connection, but no egress rule for api in .*NetworkPolicy\/\S+-api allows it$/m,
  },
  {
    policy: 'declaredConnections',
    mistake: 'an allowed connection that is not declared',
    change: egress([{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 25 }] }]),
    message: new RegExp(`model.* port 25/TCP: ${excess}`),
  },
  {
    policy: 'declaredConnections',
    mistake: 'a rule without peers',
    change: egress([{ ports: [{ port: 443 }] }]),
    message: new RegExp(`same labels elsewhere.*metadata service port 443/TCP: ${excess}`),
  },
];
