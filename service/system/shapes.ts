import * as z from 'zod';
import { metricsContentType } from '../../contract/metrics.ts';
import { json, jsonOrPage, takesNothing, text } from '../http/shape.ts';
import {
  cacheStatsResponse,
  clearCacheResponse,
  detailedResponse,
  healthResponse,
  processMetricsResponse,
  readyResponse,
  rootResponse,
} from './schema.ts';

export const systemShapes = {
  root: { ...takesNothing, answer: jsonOrPage(rootResponse) },
  health: { ...takesNothing, answer: json(healthResponse) },
  ready: { ...takesNothing, answer: json(readyResponse) },
  healthDetailed: { ...takesNothing, answer: json(detailedResponse) },
  cacheStats: { ...takesNothing, answer: json(cacheStatsResponse) },
  clearCache: { ...takesNothing, answer: json(clearCacheResponse) },
  processMetrics: { ...takesNothing, answer: json(processMetricsResponse) },
  metrics: { ...takesNothing, answer: text(metricsContentType) },
};

export const documentationShapes = {
  openapi: { ...takesNothing, answer: json(z.looseObject({ openapi: z.string() })) },
  docs: { ...takesNothing, answer: text('text/html') },
  docsFile: { ...takesNothing, params: z.object({ file: z.string().max(100) }), answer: text('text/javascript', 'text/css') },
};
