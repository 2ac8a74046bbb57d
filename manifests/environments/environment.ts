import type { EnvironmentName } from '../../service/contract/product.ts';
import type { ConfigSettingName } from '../../service/contract/settings.ts';

/** Memory and CPU in Kubernetes notation. */
export interface Resources {
  readonly requests: { readonly cpu: string; readonly memory: string };
  readonly limits: { readonly cpu: string; readonly memory: string };
}

/** What makes one environment differ from another; everything else is the same everywhere. */
export interface Environment {
  readonly name: EnvironmentName;
  readonly namespace: string;
  /** Image of the service where none is given; a release always gives one by digest. */
  readonly image: string;
  /** Settings that are not secret. A secret's name does not compile here. */
  readonly config: Readonly<Partial<Record<ConfigSettingName, string>>>;
  readonly replicas: { readonly min: number; readonly max: number };
  readonly resources: Resources;
  /** `in-cluster`: PostgreSQL and Redis of this environment. Otherwise the networks where managed ones are reached. */
  readonly stores: 'in-cluster' | { readonly networks: readonly [string, ...string[]] };
  readonly edge: {
    readonly host: string;
    readonly gatewayClass: string;
    /** Namespace of the gateway's own pods: the only ones that may call the API. */
    readonly namespace: string;
    /** cert-manager issuer; not set: HTTP only. */
    readonly issuer?: string;
  };
  /** Namespace of the Prometheus operator's pods; not set: no monitoring objects. */
  readonly monitoring?: { readonly namespace: string };
}
