import * as z from 'zod';
import { json, jsonOrPage, noInput, text } from '../http/shape.ts';
import { metricsFormats } from '../telemetry/metrics-formats.ts';
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
  root: { ...noInput, answer: jsonOrPage(rootResponse) },
  health: { ...noInput, answer: json(healthResponse) },
  ready: { ...noInput, answer: json(readyResponse) },
  healthDetailed: { ...noInput, answer: json(detailedResponse) },
  cacheStats: { ...noInput, answer: json(cacheStatsResponse) },
  clearCache: { ...noInput, answer: json(clearCacheResponse) },
  processMetrics: { ...noInput, answer: json(processMetricsResponse) },
  metrics: { ...noInput, answer: text(...metricsFormats) },
};

const fileName = z.object({ file: z.string().max(100).describe('The name of the file') });

export const documentationShapes = {
  openapi: { ...noInput, answer: json(z.looseObject({ openapi: z.string().describe('The version of OpenAPI') })) },
  docs: { ...noInput, answer: text('text/html') },
  docsFile: { ...noInput, params: fileName, answer: text('text/javascript', 'text/css', 'image/svg+xml') },
  webFile: { ...noInput, params: fileName, answer: text('text/javascript', 'text/css', 'image/svg+xml') },
};
