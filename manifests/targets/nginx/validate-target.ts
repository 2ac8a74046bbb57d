import { isIP } from 'node:net';
import { timings } from '../../../contract/timings.ts';
import type { NginxTarget } from './target.ts';

const serverName = /^(?:\*\.)?[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/;
const address = /^[\w.-]+:\d+$|^\[[0-9a-f:]+\]:\d+$/i;

/** Timeouts of the service that nginx must exceed. */
const outlasted = ['request', 'heartbeat'] as const;

const isNetwork = (text: string) => {
  const [ip = '', bits = '', ...more] = text.split('/');
  const most = { 0: -1, 4: 32, 6: 128 }[isIP(ip)] ?? -1;
  return more.length === 0 && /^\d+$/.test(bits) && Number(bits) <= most;
};

function hostViolations({ serverNames, settings: { TRUSTED_HOSTS = '' } }: NginxTarget): string[] {
  if (serverNames === 'any' || 'variable' in serverNames) return [];
  const trusted = TRUSTED_HOSTS.split(',')
    .map((host) => host.trim())
    .filter((host) => host !== '');
  return serverNames.flatMap((name) => [
    ...(serverName.test(name) ? [] : [`server name ${name} is no host name in lower case`]),
    ...(trusted.length === 0 || trusted.includes(name)
      ? []
      : [`server name ${name} is not among TRUSTED_HOSTS (${trusted.join(', ')}) of the service, which would return 421`]),
  ]);
}

const pathViolations = ({ tls, staticFiles }: NginxTarget): string[] => [
  ...[tls?.certificate, tls?.key, staticFiles?.folder].flatMap((path) =>
    path === undefined || path.startsWith('/') ? [] : [`${path} is no absolute path`],
  ),
  ...(staticFiles && !staticFiles.folder.endsWith('/')
    ? [`staticFiles: ${staticFiles.prefix} ends in a slash, and its folder ${staticFiles.folder} does not`]
    : []),
];

/** @returns the contradictions of a target, each with both values */
export function validateNginxTarget(target: NginxTarget): readonly string[] {
  const { timeoutSeconds, settings, upstreams, cdn, resolver } = target;
  const proxies = settings.TRUSTED_PROXIES ?? '0';
  return [
    ...outlasted
      .filter((name) => timeoutSeconds <= timings[name])
      .map((name) => `timeoutSeconds (${timeoutSeconds} s) must be longer than timings.${name} (${timings[name]} s) of the service`),
    ...(proxies === '1'
      ? []
      : [
          `TRUSTED_PROXIES of the service is ${proxies}, and nginx writes X-Forwarded-For for exactly 1: it would take another address for the caller's`,
        ]),
    ...hostViolations(target),
    ...pathViolations(target),
    ...Object.entries(upstreams).flatMap(([name, servers]) =>
      servers.filter((server) => !address.test(server)).map((server) => `upstream ${name}: ${server} is not host:port`),
    ),
    ...(resolver === undefined || isIP(resolver) !== 0 ? [] : [`resolver ${resolver} is no address: nothing could look it up`]),
    ...(cdn?.networks ?? []).filter((network) => !isNetwork(network)).map((network) => `cdn: ${network} is no network in CIDR form`),
  ];
}
