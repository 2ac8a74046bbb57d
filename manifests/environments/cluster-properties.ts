/** Identity of an environment's cluster: the release tool rejects any other cluster. */
export type ExpectedCluster =
  /** Host of the API server's URL, with its port unless that is 443, and its path if it has one. */
  | { readonly host: string }
  /** SHA-256 of the CA certificate, in hex: `openssl x509 -in ca.crt -outform DER | sha256sum`. */
  | { readonly caSha256: string }
  /** UID of the namespace `kube-system`: `kubectl get namespace kube-system -o jsonpath={.metadata.uid}`. */
  | { readonly uid: string };

export const ipFamilies = ['IPv4', 'IPv6'] as const;
export type IpFamily = (typeof ipFamilies)[number];

/**
 * `kube-dns`: the pods with this label, which CoreDNS has too. `node-local`: NodeLocal DNSCache, on each node. `cloud-dns`: Cloud DNS of GKE,
 * at the address of the metadata service.
 */
export const dnsServers = ['kube-dns', 'node-local', 'cloud-dns'] as const;
export type DnsServer = (typeof dnsServers)[number];

type Networks = readonly [string, ...string[]];

/** Properties of an environment's cluster that its manifests depend on. Only the operator of the cluster knows them. */
export interface ClusterProperties {
  /** Not set: any cluster of KUBECONFIG. */
  readonly identity?: ExpectedCluster;
  /** Families of pods and Services, the preferred one first. Not set: IPv4. */
  readonly ipFamilies?: readonly [IpFamily, ...IpFamily[]];
  /** What pods send DNS queries to; `networks`: further addresses. Not set: `kube-dns`. */
  readonly dns?: { readonly servers: readonly [DnsServer, ...DnsServer[]]; readonly networks?: Networks };
  /** Addresses of the API server as pods reach it. Not set: any private address. */
  readonly apiServer?: { readonly networks: Networks };
  /**
   * A service mesh that injects sidecars into the workloads' pods: repositories of their images, which the image policy allows, and the
   * namespace of its control plane.
   */
  readonly mesh?: { readonly images: readonly [string, ...string[]]; readonly namespace: string };
  /** Of every volume. Not set: the cluster's default class. */
  readonly storageClass?: string;
  /** Secrets with credentials of image registries, which exist in every namespace of the environment. Not set: none. */
  readonly imagePullSecrets?: readonly [string, ...string[]];
}

/** A server that another team runs: in the cluster, or at some addresses. */
export type Endpoint =
  /** Pods with these labels behind a Service. `podPort`: if it is not the Service's `port`. */
  | {
      readonly kind: 'in-cluster';
      readonly service: string;
      readonly namespace: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly port: number;
      readonly podPort?: number;
    }
  | { readonly kind: 'networks'; readonly host: string; readonly port: number; readonly networks: Networks };
