import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
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
  metadata: { name, namespace: 'ours' },
  spec,
});
const pod = (labels: Record<string, string>, namespace = 'ours'): TrafficPeer => ({
  namespace,
  labels,
  ports: [{ name: 'web', containerPort: 8080, protocol: 'TCP' }],
});
const namespaces = { theirs: { team: 'b' } };
const allowed = (specs: readonly object[], from: TrafficPeer, to: TrafficPeer, port: Port) => {
  const policies = networkPolicies(
    specs.map((spec, index) => policy(`p${index}`, spec)),
    'ours',
  );
  return evaluate({ policies, namespaces }, from, to)(port).allowed;
};
const web: Port = { port: 8080, protocol: 'TCP' };
const [a, b, theirs] = [pod({ app: 'a' }), pod({ app: 'b' }), pod({ app: 'a' }, 'theirs')];
const into = (from: unknown[], ports: unknown[] = []) => ({ podSelector: { matchLabels: { app: 'b' } }, ingress: [{ from, ports }] });

describe('The network evaluator', () => {
  test('lets everything through where no policy chooses an end', () => expect(allowed([into([])], b, a, web)).toBe(true));

  test('needs both ends: what one opens the other can refuse', () => {
    const out = { podSelector: { matchLabels: { app: 'a' } }, policyTypes: ['Egress'] };
    expect(allowed([into([{ podSelector: {} }])], a, b, web)).toBe(true);
    expect(allowed([into([{ podSelector: {} }]), out], a, b, web)).toBe(false);
    expect(allowed([{ ...out, egress: [{ to: [{ podSelector: {} }] }] }, into([])], a, b, web)).toBe(true);
  });

  test.each<[string, unknown, readonly boolean[]]>([
    ['a podSelector: this namespace only', { podSelector: { matchLabels: { app: 'a' } } }, [true, false, false]],
    ['a namespaceSelector: all pods there', { namespaceSelector: { matchLabels: { team: 'b' } } }, [false, true, false]],
    ['both: those pods in those namespaces', { namespaceSelector: {}, podSelector: { matchLabels: { app: 'a' } } }, [true, true, false]],
    [
      'the name that every namespace bears',
      { namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': 'theirs' } } },
      [false, true, false],
    ],
    ['an ipBlock: addresses outside only', { ipBlock: { cidr: '0.0.0.0/0' } }, [false, false, true]],
    ['an ipBlock less an exception', { ipBlock: { cidr: '0.0.0.0/0', except: ['203.0.113.0/24'] } }, [false, false, false]],
    ['In', { podSelector: { matchExpressions: [{ key: 'app', operator: 'In', values: ['a', 'c'] }] } }, [true, false, false]],
    ['NotIn', { podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn', values: ['a'] }] } }, [false, false, false]],
    [
      'NotIn of a label that is not there',
      { podSelector: { matchExpressions: [{ key: 'x', operator: 'NotIn', values: ['a'] }] } },
      [true, false, false],
    ],
    ['Exists', { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'Exists' }] } }, [false, true, false]],
    ['DoesNotExist', { namespaceSelector: { matchExpressions: [{ key: 'team', operator: 'DoesNotExist' }] } }, [true, false, false]],
  ])('understands %s', (_what, peer, [near, far, outside]) => {
    expect([a, theirs, { address: '203.0.113.10' }].map((from) => allowed([into([peer])], from, b, web))).toEqual([near, far, outside]);
  });

  test.each<[string, unknown, boolean]>([
    ['a number', { port: 8080 }, true],
    ['another number', { port: 8081 }, false],
    ['another protocol', { port: 8080, protocol: 'UDP' }, false],
    ['a range', { port: 8000, endPort: 8100 }, true],
    ['a range below', { port: 8000, endPort: 8079 }, false],
    ['a name that the target opens', { port: 'web' }, true],
    ['a name that it does not open', { port: 'admin' }, false],
    ['a protocol alone', { protocol: 'TCP' }, true],
  ])('understands a port as %s', (_what, port, expected) =>
    expect(allowed([into([{ podSelector: {} }], [port])], a, b, web)).toBe(expected),
  );

  test('isolates against what goes out only where the policy says so or has such rules', () => {
    const egress = [{ to: [{ podSelector: {} }] }];
    const own = { podSelector: { matchLabels: { app: 'a' } } };
    const outside = { address: '203.0.113.10' };
    expect(allowed([own], a, outside, web)).toBe(true);
    expect(allowed([{ ...own, egress }], a, outside, web)).toBe(false);
    expect(allowed([{ ...own, policyTypes: ['Ingress'], egress }], a, outside, web)).toBe(true);
  });

  test('refuses a field that it does not know, naming the policy', () =>
    expect(() => networkPolicies([policy('odd', { podSelector: {}, ingress: [{ from: [{ nodeSelector: {} }] }] })], 'ours')).toThrow(
      /NetworkPolicy\/odd: .*nodeSelector/s,
    ));
});

/** Policies over two labels, two namespaces and three ports: small enough that they meet. */
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
  theirs,
  pod({}),
  { address: '10.1.2.3' },
  { address: '10.2.3.4' },
  { address: '203.0.113.10' },
);
const port = fc.constantFrom<Port>(web, { port: 53, protocol: 'UDP' }, { port: 53, protocol: 'TCP' });
const always = (holds: (given: object[], more: { spec: object; from: TrafficPeer; to: TrafficPeer; port: Port }) => boolean) =>
  fc.assert(fc.property(specs, fc.record({ spec, from: end, to: end, port }), holds));

describe('However the policies are', () => {
  test('another rule never closes anything', () =>
    always(([first, ...rest], { spec: other, from, to, port: at }) => {
      if (!first) return true;
      const more = (key: 'ingress' | 'egress') => [...Object(first)[key], ...Object(other)[key]];
      const wider = { ...first, ingress: more('ingress'), egress: more('egress') };
      return !allowed([first, ...rest], from, to, at) || allowed([wider, ...rest], from, to, at);
    }));

  test('a policy without rules never opens anything', () =>
    always((given, { spec: other, from, to, port: at }) => {
      const shut = { ...other, ingress: [], egress: [] };
      return !allowed([...given, shut], from, to, at) || allowed(given, from, to, at);
    }));

  test('a policy that chooses no pod changes nothing', () =>
    always((given, { spec: other, from, to, port: at }) => {
      const nobody = { ...other, podSelector: { matchLabels: { app: 'nobody' } } };
      return allowed([...given, nobody], from, to, at) === allowed(given, from, to, at);
    }));

  test('their order does not matter', () =>
    always((given, { from, to, port: at }) => allowed(given, from, to, at) === allowed(given.toReversed(), from, to, at)));

  test('with a general refusal, only what a policy of each of our ends opens is open', () =>
    always((given, { from, to, port: at }) => {
      const deny = { podSelector: {}, policyTypes: ['Ingress', 'Egress'] };
      const { egress, ingress } = evaluate({ policies: policiesOf([deny, ...given]), namespaces }, from, to)(at);
      const ours = (each: TrafficPeer) => 'namespace' in each && each.namespace === 'ours';
      const open = (!ours(from) || egress.opening.length > 0) && (!ours(to) || ingress.opening.length > 0);
      return allowed([deny, ...given], from, to, at) === open;
    }));
});

const policiesOf = (given: readonly object[]): NetworkPolicy[] =>
  networkPolicies(
    given.map((each, index) => policy(`p${index}`, each)),
    'ours',
  );

describe('The matrix of an environment', () => {
  const matrix = matrixOf(
    synthesize('local').flatMap(({ objects }) => objects),
    local,
  );

  /** Two components on the internet are one place; where the API server is the cluster alone knows, so a private address may be it. */
  const placesAt = (component: string) => {
    const known = matrix.find(({ from }) => from.split('/').includes(component))?.from;
    return component === 'kubernetes' ? [known, 'private address'] : [known];
  };

  test('is open exactly where the contract declares a connection', () => {
    const { ports: own } = local;
    const expected = connectionsOf(local).flatMap(({ from, to, port: name }) =>
      (name === 'dns' ? ['TCP', 'UDP'] : ['TCP']).flatMap((protocol) =>
        placesAt(to).map((target) => `${placesAt(from)[0]} → ${target} ${own[name]}/${protocol}`),
      ),
    );
    const open = matrix.filter((row) => row.allowed).map((row) => `${row.from} → ${row.to} ${row.port}/${row.protocol}`);
    expect(open.toSorted()).toEqual([...new Set(expected)].toSorted());
  });

  test('tries those who have no business here, and every port', () => {
    const tried = (from: string, to: string) => matrix.filter((row) => row.from === from && row.to === to);
    const strangers = ['stranger here', 'our labels elsewhere', 'private address', 'metadata service'];
    for (const stranger of strangers) {
      expect(tried(stranger, 'api').map((row) => row.port)).toEqual(expect.arrayContaining(Object.values(local.ports)));
      expect(tried('api', stranger).map((row) => row.port)).toContain(local.ports.postgres);
    }
  });

  test('reads as a table: who reaches whom, at which port', () => {
    const rows = renderMatrix(matrix)
      .split('\n')
      .map((line) => line.split(/ {2,}/));
    const [head = []] = rows;
    const cell = (from: string, to: string) => rows.find(([name]) => name === from)?.[head.indexOf(to)];
    expect([cell('edge', 'api'), cell('api', 'dns'), cell('edge', 'postgres')]).toEqual(['8080', '53 53/UDP', '-']);
  });
});
