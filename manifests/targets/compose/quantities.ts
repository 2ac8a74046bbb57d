import { quantityValue } from '../../constructs/quantity.ts';
import type { Resources } from '../../environments/environment.ts';
import type { Deploy, Seconds } from './compose-types.ts';

export const seconds = (amount: number): Seconds => `${amount}s`;

// Docker's `M` is a mebibyte.
const memory = (quantity: string) => `${Math.ceil(quantityValue(quantity) / 2 ** 20)}M`;
const cpus = (quantity: string) => String(quantityValue(quantity));

/** Kubernetes' requests are Docker's reservations. The limit of processes protects the host from a fork bomb. */
export function deployResources({ requests, limits }: Resources, pids: number): Deploy['resources'] {
  return {
    limits: { cpus: cpus(limits.cpu), memory: memory(limits.memory), pids },
    reservations: { cpus: cpus(requests.cpu), memory: memory(requests.memory) },
  };
}
