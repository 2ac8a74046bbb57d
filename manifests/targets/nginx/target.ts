import type { EndpointName } from '../../../contract/endpoints/index.ts';
import { type RateLimitClass, rateLimits } from '../../../contract/rate-limits.ts';
import type { ConfigSettingName } from '../../../contract/settings.ts';

/** Classes that the edge limits too. */
export type EdgeClass = { [K in RateLimitClass]: (typeof rateLimits)[K] extends { readonly edge: unknown } ? K : never }[RateLimitClass];
export const isEdgeClass = (name: RateLimitClass): name is EdgeClass => 'edge' in rateLimits[name];

/** Memory in which the callers of one class are counted (guide rows RL-07, RL-08). */
export interface Zone {
  readonly name: string;
  /** About 8000 addresses each. */
  readonly megabytes: number;
}

/** Files that browsers may keep for a year, since a changed one has another name (guide rows CA-13, NG-15). */
export interface StaticFiles {
  readonly prefix: `/${string}/`;
  /** Ends in a slash too. */
  readonly folder: string;
}

/** What stands in front of nginx and tells it the caller's address (guide row NG-17). */
export interface Cdn {
  /** Header with the caller's address. */
  readonly header: string;
  /** Networks that are believed, in CIDR form. */
  readonly networks: readonly string[];
}

/** What makes one nginx differ from another; everything else follows from the contract. */
export interface NginxTarget<U extends string = string> {
  /** `any`: whatever name is asked for (guide row NG-18, G3's `_`). */
  readonly serverNames: readonly [string, ...string[]] | 'any';
  readonly listen?: { readonly http: number; readonly https: number; readonly address?: string };
  /** Not set: plain HTTP, for an nginx behind something that ends TLS. */
  readonly tls?: { readonly certificate: string; readonly key: string };
  /** By name: `host:port` of each server (guide row NG-06). */
  readonly upstreams: Readonly<Record<U, readonly [string, ...string[]]>>;
  /**
   * Address of a name server that is asked while nginx runs, so that replicas come and go without a reload; needs nginx 1.27.3. Not set: names
   * are looked up once, when nginx starts.
   */
  readonly resolver?: string;
  /** Which of them answers what the service's listeners answer. */
  readonly service: Readonly<Record<'http' | 'graphql', NoInfer<U>>>;
  /** Settings of the service behind it: they must fit what nginx sends. */
  readonly settings: Readonly<Partial<Record<ConfigSettingName, string>>>;
  /** Another upstream that has every path besides the service's, and these of the service's own. */
  readonly frontend?: { readonly upstream: NoInfer<U>; readonly instead: readonly EndpointName[] };
  readonly staticFiles?: StaticFiles;
  readonly frameOptions: 'DENY' | 'SAMEORIGIN';
  readonly zones: Readonly<Record<EdgeClass, Zone>>;
  /** Longest silence of the service, in seconds (guide row NG-11). */
  readonly timeoutSeconds: number;
  readonly workerConnections: number;
  readonly cdn?: Cdn;
  /** `temporary`: a folder that nginx may write to; not set: the one that it was built with. */
  readonly files: { readonly pid: string; readonly accessLog: string; readonly errorLog: string; readonly temporary?: string };
}

/** Checks at compile time that every upstream that is named is declared. */
export const nginxTarget = <const U extends string>(target: NginxTarget<U>): NginxTarget<U> => target;
