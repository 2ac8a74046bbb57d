import { type RateLimitClass, rateLimits } from '../../../contract/rate-limits.ts';
import type { ConfigSettingName } from '../../../contract/settings.ts';

/** Classes that the edge limits too. */
export type EdgeClass = { [K in RateLimitClass]: (typeof rateLimits)[K] extends { readonly edge: unknown } ? K : never }[RateLimitClass];
export const isEdgeClass = (name: RateLimitClass): name is EdgeClass => 'edge' in rateLimits[name];

/** Shared memory that counts the clients of a rate-limit class. */
export interface Zone {
  readonly name: string;
  /** About 8000 addresses each. */
  readonly megabytes: number;
}

/** Static files that browsers cache for a year: a changed file must get another name. */
export interface StaticFiles {
  readonly prefix: `/${string}/`;
  /** Ends with a slash, like the prefix. */
  readonly folder: string;
}

/** A CDN in front of nginx that passes the client's address. */
export interface Cdn {
  /** Header with the client's address. */
  readonly header: string;
  /** Trusted networks in CIDR form. */
  readonly networks: readonly string[];
}

/** Everything in which nginx configurations differ; the rest follows from the contract. */
export interface NginxTarget<U extends string = string> {
  /** `any`: all host names. `variable`: one name, which `envsubst` writes into the file before nginx starts. */
  readonly serverNames: readonly [string, ...string[]] | 'any' | { readonly variable: string };
  readonly listen?: { readonly http: number; readonly https: number; readonly address?: string };
  /** Not set: plain HTTP, for an nginx behind a proxy that terminates TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** `host:port` of each server, by upstream. */
  readonly upstreams: Readonly<Record<U, readonly [string, ...string[]]>>;
  /**
   * Address of the DNS server that nginx 1.27.3 and later query at run time, so that replicas may change without a reload. Not set: nginx
   * resolves names once at its start.
   */
  readonly resolver?: string;
  /** The upstream of each listener of the service. */
  readonly service: Readonly<Record<'http' | 'graphql', NoInfer<U>>>;
  /** Settings of the service, to validate that they match this target. */
  readonly settings: Readonly<Partial<Record<ConfigSettingName, string>>>;
  readonly staticFiles?: StaticFiles;
  readonly frameOptions: 'DENY' | 'SAMEORIGIN';
  readonly zones: Readonly<Record<EdgeClass, Zone>>;
  /** Read and send timeout of the upstream in seconds. */
  readonly timeoutSeconds: number;
  readonly workerConnections: number;
  readonly cdn?: Cdn;
  /** `temporary`: folder of temporary files. Not set: the compiled-in one. */
  readonly files: { readonly pid: string; readonly accessLog: string; readonly errorLog: string; readonly temporary?: string };
}

/** Requires at compile time that every used upstream is declared. */
export const nginxTarget = <const U extends string>(target: NginxTarget<U>): NginxTarget<U> => target;
