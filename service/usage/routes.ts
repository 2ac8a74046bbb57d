import { callerOf } from '../http/context.ts';
import { wholeList } from '../http/pagination.ts';
import { route } from '../http/route.ts';
import { usageShapes as shapes, type UsageQuery } from './schema.ts';
import type { UsageService } from './usage.ts';

const dateOf = (text: string | undefined) => (text === undefined ? undefined : new Date(text));

const toRequest = ({ from, to, bucket, group_by: groupBy, key_id: keyId }: UsageQuery) => ({
  from: dateOf(from),
  to: dateOf(to),
  bucket,
  groupBy,
  keyId,
});

export const usageRoutes = (usage: UsageService) => ({
  usage: route(shapes.usage, async ({ query }, ctx) => {
    const { from, to, bucket, sums } = await usage.query(callerOf(ctx), toRequest(query));
    return {
      from: from.toISOString(),
      to: to.toISOString(),
      bucket,
      group_by: query.group_by ?? null,
      ...wholeList(
        sums.map(
          ({ bucket: start, promptTokens: prompt_tokens, completionTokens: completion_tokens, costMicros: cost_micros, ...rest }) => ({
            bucket: start.toISOString(),
            ...rest,
            prompt_tokens,
            completion_tokens,
            cost_micros,
          }),
        ),
      ),
    };
  }),
});
