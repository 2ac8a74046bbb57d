import * as z from 'zod';
import { listOf } from '../http/pagination.ts';
import { json, noInput } from '../http/shape.ts';
import { timestamp } from '../http/timestamp.ts';
import { bucketMs, maxBuckets, usageGroups } from './buckets.ts';

const bucket = z.enum(Object.keys(bucketMs).filter((name): name is keyof typeof bucketMs => name in bucketMs));
const groupBy = z.enum(usageGroups);

export const usageQuery = z
  .strictObject({
    from: timestamp.optional().describe('Default: a day before `to`'),
    to: timestamp.optional().describe('Not included; default: now'),
    bucket: bucket.optional().describe(`Times that are summed over, in UTC; at most ${maxBuckets} of them. Default: hour`),
    group_by: groupBy.optional().describe('What is told apart; default: nothing'),
    key_id: z.uuid().optional().describe('Only what was asked with this API key'),
  })
  .meta({ id: 'UsageQuery', examples: [{ bucket: 'day', group_by: 'model', from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' }] });
export type UsageQuery = z.output<typeof usageQuery>;

const usageRow = z
  .object({
    bucket: z.iso.datetime().describe('When it starts'),
    group: z.string().nullable().describe('Key, model, client or operation; null where nothing is told apart, or no client was named'),
    requests: z.int(),
    prompt_tokens: z.int().describe('Read by models; 0 for what came from the cache'),
    completion_tokens: z.int(),
    cost_micros: z.int().describe('Millionths of a US dollar'),
    cached: z.int().describe('Requests that were answered from the cache'),
  })
  .meta({ id: 'UsageRow' });

export const usageResponse = listOf(usageRow)
  .extend({ from: z.iso.datetime(), to: z.iso.datetime(), bucket, group_by: groupBy.nullable() })
  .meta({
    id: 'Usage',
    examples: [
      {
        from: '2026-11-01T00:00:00.000Z',
        to: '2026-12-01T00:00:00.000Z',
        bucket: 'day',
        group_by: 'model',
        items: [
          {
            bucket: '2026-11-23T00:00:00.000Z',
            group: 'offline',
            requests: 12,
            prompt_tokens: 240,
            completion_tokens: 900,
            cost_micros: 0,
            cached: 4,
          },
        ],
        next: null,
      },
    ],
  });

export const usageShapes = { usage: { ...noInput, query: usageQuery, answer: json(usageResponse) } };
