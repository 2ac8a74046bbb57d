import { isIP } from 'node:net';
import type { Endpoint } from '../environments/cluster-properties.ts';
import type { Environment } from '../environments/environment.ts';
import { isCidrWithin } from '../kubernetes/cidr.ts';
import { addressRanges, familiesOf } from './address-ranges.ts';

/** Host names of a Service, from the shortest that resolves in other namespaces. */
const serviceHosts = (service: string, namespace: string) =>
  ['', '.svc', '.svc.cluster.local'].map((suffix) => `${service}.${namespace}${suffix}`);

const serves = (endpoint: Endpoint, { host, port }: Target): boolean =>
  endpoint.port === port &&
  (endpoint.kind === 'networks' ? endpoint.host === host : serviceHosts(endpoint.service, endpoint.namespace).includes(host));

interface Target {
  readonly host: string;
  readonly port: number;
}
function targetOf(url: string): Target {
  const { protocol, hostname, port } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (protocol === 'https:' ? 443 : 80) };
}

/** Without a dot, or in the cluster's own domain: no name of the internet. */
const isClusterName = (host: string) => (!host.includes('.') && isIP(host) === 0) || /\.svc(?:\.cluster\.local)?$/.test(host);

/**
 * Why the network policies cut off a text model at this URL; undefined if they let the workloads connect. The reason does not quote the
 * URL, which may be part of a secret.
 */
export function cutOffModel(environment: Environment, url: string): string | undefined {
  const target = targetOf(url);
  const { host, port } = target;
  if (environment.models?.some((endpoint) => serves(endpoint, target))) return undefined;
  const reason = isClusterName(host) ? 'is inside the cluster' : (privateAddress(environment, host) ?? otherPort(environment, port));
  return reason && `${reason}, which the network policies deny`;
}

function privateAddress(environment: Environment, host: string): string | undefined {
  const version = isIP(host);
  if (version === 0) return undefined;
  const family = version === 4 ? 'IPv4' : 'IPv6';
  if (!familiesOf(environment).includes(family)) return `is an ${family} address`;
  const { private: networks, linkLocal } = addressRanges[family];
  const isPrivate = [...networks, linkLocal].some((network) => isCidrWithin(`${host}/${version === 4 ? 32 : 128}`, network));
  return isPrivate ? 'is at a private address' : undefined;
}

const otherPort = ({ ports }: Environment, port: number): string | undefined =>
  port === ports.https ? undefined : `is on port ${port}, not ${ports.https}`;

/** Why the network policies cut off a collector of traces at this URL; undefined if it is declared, or is the bundled Jaeger. */
export function cutOffCollector({ monitoring, traces, ports }: Environment, url: string): string | undefined {
  const { host, port } = targetOf(url);
  const isBundled = monitoring.kind === 'bundled' && port === ports.otlp && serviceHosts('jaeger', monitoring.namespace).includes(host);
  return isBundled || (traces && serves(traces, { host, port })) ? undefined : 'is not declared, so the network policies deny it';
}
