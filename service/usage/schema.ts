import * as z from 'zod';
import { listOf } from '../http/pagination.ts';
import { json, noInput } from '../http/shape.ts';
import { timestamp } from '../http/timestamp.ts';
import { bucketMs, maxBuckets, usageGroups } from './buckets.ts';

const bucket = z.enum(Object.keys(bucketMs).filter((name): name is keyof typeof bucketMs => name in bucketMs));
const groupBy = z.enum(usageGroups);

export const usageQuery = z
  .strictObject({
    from: timestamp.optional().describe('Default: one day before `to`'),
    to: timestamp.optional().describe('Exclusive; default: now'),
    bucket: bucket.optional().describe(`Length of a bucket, in UTC; at most ${maxBuckets} buckets. Default: hour`),
    group_by: groupBy.optional().describe('Default: no grouping'),
    key_id: z.uuid().optional().describe('Only requests with this API key'),
  })
  .meta({ id: 'UsageQuery', examples: [{ bucket: 'day', group_by: 'model', from: '2026-11-01T00:00:00Z', to: '2026-12-01T00:00:00Z' }] });
export type UsageQuery = z.output<typeof usageQuery>;

export const usageRow = z
  .object({
    bucket: z.iso.datetime().describe('Start of the bucket'),
    group: z.string().nullable().describe('Key, model, client or operation; null without grouping or client'),
    requests: z.int().describe('All requests, cached ones included'),
    prompt_tokens: z.int().describe('Input tokens; 0 for requests served from the cache'),
    completion_tokens: z.int().describe('Output tokens; 0 for requests served from the cache'),
    cost_micros: z.int().describe('Millionths of a US dollar'),
    cached: z.int().describe('Requests served from the cache'),
  })
  .meta({ id: 'UsageRow' });

export const usageResponse = listOf(usageRow)
  .extend({
    from: z.iso.datetime().describe('Start of the range'),
    to: z.iso.datetime().describe('End of the range, exclusive'),
    bucket: bucket.describe('Length of a bucket, in UTC'),
    group_by: groupBy.nullable().describe('null: no grouping'),
  })
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
