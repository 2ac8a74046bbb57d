import * as z from 'zod';
import { parseQuantity } from '../kubernetes/quantity.ts';
import { integer, quantity } from './field-schemas.ts';

const computeResources = z.strictObject({ cpu: quantity('cpu'), memory: quantity('memory') }).readonly();

export const resources = z
  .strictObject({ requests: computeResources, limits: computeResources })
  .superRefine(({ requests, limits }, context) => {
    for (const name of ['cpu', 'memory'] as const) {
      const [request, limit] = [parseQuantity(requests[name]), parseQuantity(limits[name])];
      if (request === undefined || limit === undefined || request <= limit) continue;
      const message = `is below requests.${name} (${requests[name]}): raise the limit, or lower the request`;
      context.addIssue({ code: 'custom', path: ['limits', name], message });
    }
  })
  .readonly();

const scaling = z
  .strictObject({
    min: integer(1, 1000),
    max: integer(1, 1000),
    cpu: integer(1, 100),
    memory: integer(1, 100),
    scaleDownDelaySeconds: integer(0, 3600),
    itemsPerReplica: integer(1, 1_000_000).exactOptional(),
  })
  .superRefine(({ min, max }, context) => {
    if (min > max) context.addIssue({ code: 'custom', path: ['min'], message: `is above max (${max}): lower min, or raise max` });
  })
  .readonly();

export const workload = z.strictObject({ scaling, resources }).readonly();
