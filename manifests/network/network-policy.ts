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
    'a peer names either an ipBlock or a selector',
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
  /** Empty: everybody. */
  readonly peers: readonly Peer[];
  /** Empty: every port. */
  readonly ports: readonly PolicyPort[];
}
/** A NetworkPolicy as the evaluator reads it. */
export interface NetworkPolicy {
  /** As people name it: `NetworkPolicy/name`. */
  readonly name: string;
  readonly namespace: string;
  readonly podSelector: z.output<typeof labelSelector>;
  /** Rules of each direction in which it isolates; not set: it has no say there. */
  readonly rules: Readonly<Partial<Record<Direction, readonly Rule[]>>>;
}

/** What one peer of a rule chooses, as an object says it. */
export const parsePeer = (value: unknown): Peer => peer.parse(value);

/**
 * The NetworkPolicies among objects.
 * @throws with the object's name for a field that the evaluator does not know or the API server refuses
 */
export function networkPolicies(objects: readonly KubernetesObject[], namespace: string): NetworkPolicy[] {
  return objects.filter(({ kind }) => kind === 'NetworkPolicy').map((object) => parsed(object, namespace));
}

function parsed(object: KubernetesObject, namespace: string): NetworkPolicy {
  const { success, data, error } = networkPolicy.safeParse({ ...object, metadata: { namespace, ...object.metadata } });
  if (!success) throw new Error(`NetworkPolicy/${object.metadata.name}: ${z.prettifyError(error)}`);
  const { podSelector, policyTypes, ingress, egress } = data.spec;
  // Without policyTypes it isolates against what comes in, and against what goes out only where it has such rules.
  const isolates = policyTypes ?? (egress.length > 0 ? ['Ingress', 'Egress'] : ['Ingress']);
  return {
    name: `NetworkPolicy/${data.metadata.name}`,
    namespace: data.metadata.namespace,
    podSelector,
    rules: {
      ...(isolates.includes('Ingress') && { ingress: ingress.map(({ from, ports: open }) => ({ peers: from, ports: open })) }),
      ...(isolates.includes('Egress') && { egress: egress.map(({ to, ports: open }) => ({ peers: to, ports: open })) }),
    },
  };
}
