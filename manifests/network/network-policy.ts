import * as z from 'zod';
import type { KubernetesObject } from '../kubernetes/object.ts';
import { labelSelector } from './label-selector.ts';

const peer = z
  .strictObject({
    podSelector: labelSelector.optional(),
    namespaceSelector: labelSelector.optional(),
    ipBlock: z.strictObject({ cidr: z.string(), except: z.array(z.string()).default([]) }).optional(),
  })
  .refine(
    ({ podSelector, namespaceSelector, ipBlock }) =>
      (ipBlock === undefined) !== (podSelector === undefined && namespaceSelector === undefined),
    'a peer has either an ipBlock or a selector',
  );
const port = z.strictObject({
  protocol: z.enum(['TCP', 'UDP', 'SCTP']).default('TCP'),
  port: z.union([z.number(), z.string()]).optional(),
  endPort: z.number().optional(),
});
const ports = z.array(port).default([]);
const peers = z.array(peer).default([]);

const networkPolicy = z.object({
  metadata: z.object({ name: z.string(), namespace: z.string() }),
  spec: z.strictObject({
    podSelector: labelSelector,
    policyTypes: z.array(z.enum(['Ingress', 'Egress'])).optional(),
    ingress: z.array(z.strictObject({ from: peers, ports })).default([]),
    egress: z.array(z.strictObject({ to: peers, ports })).default([]),
  }),
});

export type Peer = z.output<typeof peer>;
export type PolicyPort = z.output<typeof port>;
export type Direction = 'ingress' | 'egress';
interface Rule {
  /** Empty: all peers. */
  readonly peers: readonly Peer[];
  /** Empty: all ports. */
  readonly ports: readonly PolicyPort[];
}
/** A parsed NetworkPolicy. */
export interface NetworkPolicy {
  /** `NetworkPolicy/name`. */
  readonly name: string;
  readonly namespace: string;
  readonly podSelector: z.output<typeof labelSelector>;
  /** Rules by direction; a direction that is not set is not restricted. */
  readonly rules: Readonly<Partial<Record<Direction, readonly Rule[]>>>;
}

/** Parses one peer of a rule. */
export const parsePeer = (value: unknown): Peer => peer.parse(value);

/**
 * Parses the NetworkPolicies among objects.
 * @throws with the object's name if a field is unknown to the evaluator or invalid
 */
export function networkPolicies(objects: readonly KubernetesObject[], namespace: string): NetworkPolicy[] {
  return objects.filter(({ kind }) => kind === 'NetworkPolicy').map((object) => parsed(object, namespace));
}

function parsed(object: KubernetesObject, namespace: string): NetworkPolicy {
  const { success, data, error } = networkPolicy.safeParse({ ...object, metadata: { namespace, ...object.metadata } });
  if (!success) throw new Error(`NetworkPolicy/${object.metadata.name}: ${z.prettifyError(error)}`);
  const { podSelector, policyTypes, ingress, egress } = data.spec;
  // Without policyTypes a policy restricts ingress, and egress only if it has egress rules.
  const types = policyTypes ?? (egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
  return {
    name: `NetworkPolicy/${data.metadata.name}`,
    namespace: data.metadata.namespace,
    podSelector,
    rules: {
      ...(types.includes('Ingress') && { ingress: ingress.map(({ from, ports: allowed }) => ({ peers: from, ports: allowed })) }),
      ...(types.includes('Egress') && { egress: egress.map(({ to, ports: allowed }) => ({ peers: to, ports: allowed })) }),
    },
  };
}
