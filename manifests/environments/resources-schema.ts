import * as z from 'zod';
import { parseQuantity } from '../kubernetes/quantity.ts';
import { integer, quantity } from './field-schemas.ts';

const amounts = z.strictObject({ cpu: quantity('cpu'), memory: quantity('memory') }).readonly();

export const resources = z
  .strictObject({ requests: amounts, limits: amounts })
  .superRefine(({ requests, limits }, context) => {
    for (const name of ['cpu', 'memory'] as const) {
      const [asked, most] = [parseQuantity(requests[name]), parseQuantity(limits[name])];
      if (asked === undefined || most === undefined || asked <= most) continue;
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
    chunksPerReplica: integer(1, 1_000_000).exactOptional(),
  })
  .superRefine(({ min, max }, context) => {
    if (min > max) context.addIssue({ code: 'custom', path: ['min'], message: `is above max (${max}): lower min, or raise max` });
  })
  .readonly();

export const workload = z.strictObject({ scaling, resources }).readonly();
