import { broken, type Example, without } from './example.ts';

const egress = (value: unknown) => broken('NetworkPolicy', ['spec', 'egress'], value, 'captions-api');
const excess = /opened by NetworkPolicy\/\S+-api \(egress\), but the contract declares no such connection/.source;

/** Whose an object is, and who may connect to whom. */
export const networkExamples: readonly Example[] = [
  {
    policy: 'declaredNamespaces',
    mistake: 'an object in a namespace that nobody makes',
    change: broken('Service', ['metadata', 'namespace'], 'default'),
    says: /Service\/.* stands in default, but the namespaces here are instagram-captions/,
  },
  {
    policy: 'noDuplicates',
    mistake: 'two objects of one name',
    change: (sound) => [...sound, ...sound.filter(({ kind }) => kind === 'Job')],
    says: /Job\/.* is described 2 times in namespace instagram-captions/,
  },
  {
    policy: 'labelled',
    mistake: 'an object that does not say whose it is',
    change: broken('Service', ['metadata', 'labels'], {}),
    says: /Service\/.* lacks the label app.kubernetes.io\/name: instagram-captions/,
  },
  {
    policy: 'defaultDeny',
    mistake: 'a namespace in which everything is open unless a policy says otherwise',
    change: without('NetworkPolicy', 'default-deny'),
    says: /no NetworkPolicy of namespace instagram-captions refuses everything/,
  },
  {
    policy: 'defaultDeny',
    mistake: 'a workload without declared connections',
    change: without('NetworkPolicy', '-migrate'),
    says: /Job\/.* \(component migrate\) has no NetworkPolicy of its own/,
  },
  {
    policy: 'declaredConnections',
    mistake: 'a declared connection that is cut off',
    change: egress([]),
    says: /^api → redis\/kubernetes port 6379\/TCP: the contract declares this connection, but no egress rule for api in .*NetworkPolicy\/\S+-api opens it$/m,
  },
  {
    policy: 'declaredConnections',
    mistake: 'a connection that is open, but not declared',
    change: egress([{ to: [{ ipBlock: { cidr: '0.0.0.0/0' } }], ports: [{ port: 25 }] }]),
    says: new RegExp(`model.* port 25/TCP: ${excess}`),
  },
  {
    policy: 'declaredConnections',
    mistake: 'a rule for everybody',
    change: egress([{ ports: [{ port: 443 }] }]),
    says: new RegExp(`our labels elsewhere.*metadata service port 443/TCP: ${excess}`),
  },
];
