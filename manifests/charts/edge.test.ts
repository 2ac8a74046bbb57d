import { describe, expect, test } from '@jest/globals';
import { maxBodyBytes, maxModelBodyBytes } from '../../contract/body-limits.ts';
import { rateLimits } from '../../contract/rate-limits.ts';
import { team } from '../../contract/team.ts';
import { timings } from '../../contract/timings.ts';
import { ingressFor } from '../environments/defaults.ts';
import type { Environment } from '../environments/environment.ts';
import { production } from '../environments/production.ts';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { synthesizeEnvironment } from '../synth.ts';

const { names } = production;
const edgeOf = (environment: Environment): readonly KubernetesObject[] =>
  synthesizeEnvironment(environment).find(({ chart }) => chart === 'edge')?.objects ?? [];
const find = (objects: readonly KubernetesObject[], kind: string, name: string) =>
  objects.find((object) => object.kind === kind && object.metadata.name === name);
const { strategy: _, ...rolling } = production;
const withIngress: Environment = { ...rolling, edge: ingressFor(team.host) };
const annotationsOf = (objects: readonly KubernetesObject[]) =>
  Object.fromEntries(objects.filter(({ kind }) => kind === 'Ingress').map(({ metadata }) => [metadata.name, metadata.annotations]));

describe('a gateway', () => {
  const objects = edgeOf(production);

  test('terminates TLS with the certificate of cert-manager, and redirects HTTP to HTTPS', () => {
    const certificateRefs = [{ name: names.tls }];
    expect(find(objects, 'Gateway', names.gateway)).toMatchObject({
      spec: { listeners: [{ port: 80 }, { port: 443, tls: { certificateRefs } }] },
    });
    expect(find(objects, 'Certificate', names.tls)).toMatchObject({
      spec: { secretName: names.tls, dnsNames: [team.host], issuerRef: { name: 'letsencrypt-prod', kind: 'ClusterIssuer' } },
    });
    const redirect = [{ filters: [{ type: 'RequestRedirect', requestRedirect: { scheme: 'https', statusCode: 301 } }] }];
    expect(find(objects, 'HTTPRoute', `${names.route}-redirect`)).toMatchObject({
      spec: { parentRefs: [{ sectionName: 'http' }], rules: redirect },
    });
  });

  test('routes each path to its workload, with the timeout of the contract', () => {
    const route: { spec: { rules: { matches: { path: object }[]; backendRefs: { name: string }[]; timeouts: object }[] } } = Object(
      find(objects, 'HTTPRoute', names.route),
    );
    const backends = route.spec.rules.flatMap(({ matches, backendRefs }) => matches.map(({ path }) => [path, backendRefs[0]?.name]));
    expect(backends).toContainEqual([{ type: 'PathPrefix', value: '/graphql' }, names.services.graphql]);
    expect(backends).toContainEqual([{ type: 'PathPrefix', value: '/' }, names.services.api]);
    expect(backends).not.toContainEqual([expect.objectContaining({ value: '/metrics' }), expect.anything()]);
    expect(route.spec.rules.map(({ timeouts }) => timeouts)).toEqual(route.spec.rules.map(() => ({ request: `${timings.edge}s` })));
  });

  test('limits rates as the contract says, and does not buffer streamed responses', () => {
    const { requests, seconds, burst } = rateLimits.login.edge;
    expect(find(objects, 'Middleware', `${names.route}-login-rate`)).toMatchObject({
      spec: { rateLimit: { average: requests, period: `${seconds}s`, burst: burst + 1 } },
    });
    expect(find(objects, 'Middleware', `${names.route}-batch-body`)).toMatchObject({
      spec: { buffering: { maxRequestBodyBytes: 8 * maxBodyBytes } },
    });
    expect(find(objects, 'Middleware', `${names.route}-api-body`)).toBeUndefined();
  });

  test('counts requests by the address that trusted proxies report', () => {
    const behind = edgeOf({ ...production, config: { ...production.config, TRUSTED_PROXIES: '3' } });
    expect(find(behind, 'Middleware', `${names.route}-api-rate`)).toMatchObject({
      spec: { rateLimit: { sourceCriterion: { ipStrategy: { depth: 2 } } } },
    });
  });

  test('allows the edge to reach the pod that solves a challenge of cert-manager', () => {
    expect(find(objects, 'NetworkPolicy', `${names.prefix}-acme-solver`)).toMatchObject({
      spec: { ingress: [{ ports: [{ port: 8089 }] }] },
    });
    const byHand = edgeOf({ ...production, edge: { ...production.edge, tls: { kind: 'by-hand' } } });
    expect(byHand.map(({ kind }) => kind)).not.toContain('NetworkPolicy');
  });

  test('never sends the security headers that the service sends itself', () => {
    expect(JSON.stringify([...objects, ...edgeOf(withIngress)])).not.toMatch(/strict-transport|hsts|ResponseHeaderModifier/i);
  });
});

describe('an ingress', () => {
  test('has annotations that ingress-nginx knows, one Ingress for each rate-limit class', () => {
    const annotations = annotationsOf(edgeOf(withIngress));
    const prefix = 'nginx.ingress.kubernetes.io/';
    expect(Object.keys(annotations)).toEqual(
      ['exempt', 'api', 'login', 'batch'].map((name) => (name === 'api' ? names.route : `${names.route}-${name}`)),
    );
    expect(annotations[names.route]).toEqual({
      [`${prefix}limit-rps`]: '10',
      [`${prefix}limit-burst-multiplier`]: '2',
      [`${prefix}proxy-body-size`]: String(maxModelBodyBytes),
      [`${prefix}proxy-read-timeout`]: String(timings.edge),
      [`${prefix}proxy-send-timeout`]: String(timings.edge),
      [`${prefix}proxy-buffering`]: 'off',
      [`${prefix}force-ssl-redirect`]: 'true',
    });
    expect(annotations[`${names.route}-login`]).toMatchObject({ [`${prefix}limit-rpm`]: '5', [`${prefix}limit-burst-multiplier`]: '1' });
    expect(Object.keys(annotations[`${names.route}-exempt`] ?? {}).filter((name) => name.includes('limit'))).toEqual([]);
    expect(annotations[`${names.route}-batch`]).toMatchObject({ [`${prefix}proxy-body-size`]: String(8 * maxBodyBytes) });
  });
});
