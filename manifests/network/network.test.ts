import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type WorkloadRole, workloadRoles } from '../../contract/roles.ts';
import { componentLabels } from '../constructs/labels.ts';
import { connectionsOf } from '../constructs/network-peers.ts';
import { local } from '../environments/local.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { synthesize } from '../synth.ts';
import { evaluate, type Port, type TrafficPeer } from './evaluate.ts';
import { matrixOf, renderMatrix } from './matrix.ts';
import { type NetworkPolicy, networkPolicies } from './network-policy.ts';

const policy = (name: string, spec: object): KubernetesObject => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'NetworkPolicy',
  metadata: { name, namespace: 'own' },
  spec,
});
const pod = (labels: Record<string, string>, namespace = 'own'): TrafficPeer => ({
  namespace,
  labels,
  ports: [{ name: 'web', containerPort: 8080, protocol: 'TCP' }],
});
const namespaces = { foreign: { team: 'b' } };
const allowed = (specs: readonly object[], from: TrafficPeer, to: TrafficPeer, port: Port) => {
  const policies = networkPolicies(
    specs.map((spec, index) => policy(`p${index}`, spec)),
    'own',
  );
  return evaluate({ policies, namespaces }, from, to)(port).allowed;
};
const web: Port = { port: 8080, protocol: 'TCP' };
const [a, b, foreign] = [pod({ app: 'a' }), pod({ app: 'b' }), pod({ app: 'a' }, 'foreign')];
const into = (from: unknown[], ports: unknown[] = []) => ({ podSelector: { matchLabels: { app: 'b' } }, ingress: [{ from, ports }] });

describe('The network evaluator', () => {
  test('allows everything if no policy selects a peer', () => expect(allowed([into([])], b, a, web)).toBe(true));

  test('requires both sides: an egress policy can deny what an ingress policy allows', () => {
    const out = { podSelector: { matchLabels: { app: 'a' } }, policyTypes: ['Egress'] };
    expect(allowed([into([{ podSelector: {} }])], a, b, web)).toBe(true);
    expect(allowed([into([{ podSelector: {} }]), out], a, b, web)).toBe(false);
    expect(allowed([{ ...out, egress: [{ to: [{ podSelector: {} }] }] }, into([])], a, b, web)).toBe(true);
  });

  test.each<[string, unknown, readonly boolean[]]>([
    ['a podSelector: pods of the same namespace', { podSelector: { matchLabels: { app: 'a' } } }, [true, false, false]],
    ['a namespaceSelector: all pods of those namespaces', { namespaceSelector: { matchLabels: { team: 'b' } } }, [false, true, false]],
    ['both: those pods in those namespaces', { namespaceSelector: {}, podSelector: { matchLabels: { app: 'a' } } }, [true, true, false]],
    [
      'the name label of a namespace',
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'foreign' } } },
      [false, true, false],
    ],
    ['an ipBlock: addresses outside of the cluster', { ipBlock: { cidr: '0.0.0.0/0' } }, [false, false, true]],
    ['an ipBlock with an exception', { ipBlock: { cidr: '0.0.0.0/0', except: ['203.0.113.0/24'] } }, [false, false, false]],
    ['an ipBlock of IPv6: no IPv4 address', { ipBlock: { cidr: '::/0' } }, [false, false, false]],
    ['In', { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'c'] }] } }, [true, false, false]],
    ['NotIn', { podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a'] }] } }, [false, false, false]],
    [
      'NotIn of an absent label',
      { podSelector: { matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['a'] }] } },
      [true, false, false],
    ],
    ['Exists', { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'Exists' }] } }, [false, true, false]],
    ['DoesNotExist', { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] } }, [true, false, false]],
  ])('understands %s', (_what, peer, [near, far, outside]) => {
    expect([a, foreign, { address: '203.0.113.10' }].map((from) => allowed([into([peer])], from, b, web))).toEqual([near, far, outside]);
  });

  test.each<[string, unknown, boolean]>([
    ['a number', { port: 8080 }, true],
    ['another number', { port: 8081 }, false],
    ['another protocol', { port: 8080, protocol: 'UDP' }, false],
    ['a range', { port: 8000, endPort: 8100 }, true],
    ['a range below', { port: 8000, endPort: 8079 }, false],
    ['a port name of the target', { port: 'web' }, true],
    ['a port name that the target does not have', { port: 'admin' }, false],
    ['a protocol alone', { protocol: 'TCP' }, true],
  ])('understands a port as %s', (_what, port, expected) =>
    expect(allowed([into([{ podSelector: {} }], [port])], a, b, web)).toBe(expected),
  );

  test('restricts egress only if the policy says so or has egress rules', () => {
    const egress = [{ to: [{ podSelector: {} }] }];
    const own = { podSelector: { matchLabels: { app: 'a' } } };
    const outside = { address: '203.0.113.10' };
    expect(allowed([own], a, outside, web)).toBe(true);
    expect(allowed([{ ...own, egress }], a, outside, web)).toBe(false);
    expect(allowed([{ ...own, policyTypes: ['Ingress'], egress }], a, outside, web)).toBe(true);
  });

  test('rejects an unknown field and names the policy', () =>
    expect(() => networkPolicies([policy('odd', { podSelector: {}, ingress: [{ from: [{ nodeSelector: {} }] }] })], 'own')).toThrow(
      /NetworkPolicy\/odd: .*nodeSelector/s,
    ));
});

/** Policies over two labels, two namespaces and three ports: few enough that they overlap. */
const selector = fc.constantFrom({}, { matchLabels: { app: 'a' } }, { matchLabels: { app: 'b' } }, { matchLabels: { app: 'c' } });
const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: fc.constantFrom({}, { matchLabels: { team: 'b' } }), podSelector: selector }),
  fc.constantFrom({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.1.0.0/16'] } }, { ipBlock: { cidr: '0.0.0.0/0' } }),
);
const ports = fc.array(fc.constantFrom({ port: 53, protocol: 'UDP' }, { port: 8080 }, { port: 1, endPort: 100 }, { port: 'web' }), {
  maxLength: 2,
});
const rule = (key: 'from' | 'to') => fc.record({ [key]: fc.array(peer, { maxLength: 2 }), ports });
const spec = fc.record({
  podSelector: selector,
  policyTypes: fc.constantFrom(['Ingress'], ['Egress'], ['Ingress', 'Egress']),
  ingress: fc.array(rule('from'), { maxLength: 2 }),
  egress: fc.array(rule('to'), { maxLength: 2 }),
});
const specs = fc.array(spec, { maxLength: 4 });
const end = fc.constantFrom<TrafficPeer>(
  a,
  b,
  foreign,
  pod({}),
  { address: '10.1.2.3' },
  { address: '10.2.3.4' },
  { address: '203.0.113.10' },
);
const port = fc.constantFrom<Port>(web, { port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' });
const always = (holds: (given: object[], more: { spec: object; from: TrafficPeer; to: TrafficPeer; port: Port }) => boolean) =>
  fc.assert(fc.property(specs, fc.record({ spec, from: end, to: end, port }), holds));

describe('With any policies', () => {
  test('another rule never denies anything', () =>
    always(([first, ...rest], { spec: other, from, to, port: at }) => {
      if (!first) return true;
      const more = (key: 'ingress' | 'egress') => [...Object(first)[key], ...Object(other)[key]];
      const wider = { ...first, ingress: more('ingress'), egress: more('egress') };
      return !allowed([first, ...rest], from, to, at) || allowed([wider, ...rest], from, to, at);
    }));

  test('a policy without rules never allows anything', () =>
    always((given, { spec: other, from, to, port: at }) => {
      const shut = { ...other, ingress: [], egress: [] };
      return !allowed([...given, shut], from, to, at) || allowed(given, from, to, at);
    }));

  test('a policy that selects no pod changes nothing', () =>
    always((given, { spec: other, from, to, port: at }) => {
      const unused = { ...other, podSelector: { matchLabels: { app: 'unused' } } };
      return allowed([...given, unused], from, to, at) === allowed(given, from, to, at);
    }));

  test('their order does not matter', () =>
    always((given, { from, to, port: at }) => allowed(given, from, to, at) === allowed(given.toReversed(), from, to, at)));

  test('with a default-deny policy, only connections that a policy of each side allows are allowed', () =>
    always((given, { from, to, port: at }) => {
      const deny = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
      const { egress, ingress } = evaluate({ policies: policiesOf([deny, ...given]), namespaces }, from, to)(at);
      const isOwn = (each: TrafficPeer) => 'namespace' in each && each.namespace === 'own';
      const open = (!isOwn(from) || egress.allowing.length > 0) && (!isOwn(to) || ingress.allowing.length > 0);
      return allowed([deny, ...given], from, to, at) === open;
    }));
});

const policiesOf = (given: readonly object[]): NetworkPolicy[] =>
  networkPolicies(
    given.map((each, index) => policy(`p${index}`, each)),
    'own',
  );

describe('The matrix of an environment', () => {
  const matrix = matrixOf(
    synthesize('local').flatMap(({ objects }) => objects),
    local,
  );

  /** Two components on the internet are one peer. The address of the API server is unknown, so it may be a private address. */
  const peersAt = (component: string) => {
    const known = matrix.find(({ from }) => from.split('/').includes(component))?.from;
    return component === 'kubernetes' ? [known, 'private address'] : [known];
  };

  test('allows exactly the declared connections', () => {
    const { ports: own } = local;
    const expected = connectionsOf(local).flatMap(({ from, to, port: name }) =>
      (name === 'dns' ? ['TCP', 'UDP'] : ['TCP']).flatMap((protocol) =>
        peersAt(to).map((target) => `${peersAt(from)[0]} → ${target} ${own[name]}/${protocol}`),
      ),
    );
    const open = matrix.filter((row) => row.allowed).map((row) => `${row.from} → ${row.to} ${row.port}/${row.protocol}`);
    expect(open.toSorted()).toEqual([...new Set(expected)].toSorted());
  });

  test('includes peers without permission, and every port', () => {
    const tried = (from: string, to: string) => matrix.filter((row) => row.from === from && row.to === to);
    const forbidden = ['unlabelled pod', 'same labels elsewhere', 'private address', 'metadata service'];
    for (const peer of forbidden) {
      expect(tried(peer, 'api').map((row) => row.port)).toEqual(expect.arrayContaining(Object.values(local.ports)));
      expect(tried('api', peer).map((row) => row.port)).toContain(local.ports.postgres);
    }
  });

  const network = {
    policies: networkPolicies(
      synthesize('local').flatMap(({ objects }) => objects),
      local.namespace,
    ),
    namespaces: {},
  };
  /** Ports of an address outside of the cluster that a role may connect to. */
  const opened = (component: WorkloadRole, address: string) => {
    const verdictOf = evaluate(network, { namespace: local.namespace, labels: componentLabels(local, component), ports: [] }, { address });
    return [22, 80, 443, 5432, 8080, 8443].filter((port) => verdictOf({ port, protocol: 'TCP' }).allowed);
  };

  test('lets the scraper alone call sites without TLS, and analytics nothing on the internet', () => {
    const onInternet = workloadRoles.map((role) => [role, opened(role, '203.0.113.10')]);
    expect(Object.fromEntries(onInternet)).toEqual({ api: [443], graphql: [443], worker: [443], scraper: [80, 443], analytics: [] });
  });

  test.each(['10.0.0.1', '172.16.5.4', '172.31.255.255', '192.168.1.1', '100.64.0.1', '169.254.169.254'])(
    'lets neither scraper nor analytics connect to %s',
    (address) => expect([opened('scraper', address), opened('analytics', address)]).toEqual([[], []]),
  );

  test('renders as a table of allowed ports', () => {
    const rows = renderMatrix(matrix)
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    const [head = []] = rows;
    const cell = (from: string, to: string) => rows.find(([name]) => name === from)?.[head.indexOf(to)];
    expect([cell('edge', 'api'), cell('api', 'dns'), cell('edge', 'postgres')]).toEqual(['8080', '53 53/UDP', '-']);
  });
});
