import { type GraphQLArgument, type GraphQLSchema, getNamedType, isInputObjectType, isInterfaceType, isObjectType } from 'graphql';
import type * as z from 'zod';
import { operationOf } from '../../contract/endpoints/graphql-operations.ts';
import { endpointOf } from '../../contract/endpoints/index.ts';
import { apiKey, newKey, newUser, shownKey, user } from '../accounts/schema.ts';
import { batchResponse, createRequest } from '../batches/schema.ts';
import { generateRequest, generateResponse } from '../captions/schema.ts';
import { tokenUsage } from '../models/schema.ts';
import { figure, newsAnalyticsShapes, sentimentTrend } from '../news/analytics/schema.ts';
import { articleDetails, articleDuplicate, listedArticle } from '../news/articles/schema.ts';
import { articleFilters } from '../news/filters.ts';
import { choice, context, executionOutput, failure, leftOut, model, queryRequest, queryResponse, routing } from '../queries/schema.ts';
import { cacheStatsResponse, clearCacheResponse, processMetricsResponse } from '../system/schema.ts';
import { usageQuery, usageRow } from '../usage/schema.ts';
import { snake } from './builder/input.ts';

/** Types with the fields of a schema of REST. */
const restSchemas: Readonly<Record<string, z.ZodObject>> = {
  ACEResult: context,
  ACESnippet: leftOut,
  ApiKey: apiKey,
  ApiKeyFields: apiKey,
  Article: articleDetails,
  ArticleDuplicate: articleDuplicate,
  ArticleFields: articleDetails,
  ArticleFiltersInput: articleFilters,
  Batch: batchResponse,
  CacheCleared: clearCacheResponse,
  CacheStats: cacheStatsResponse,
  Caption: generateResponse,
  CreateApiKeyInput: newKey,
  CreateUserInput: newUser,
  E2BResult: executionOutput,
  GenerateCaptionInput: generateRequest,
  GeographicDistribution: newsAnalyticsShapes.geographicDistribution.answer.schema,
  ListedArticle: listedArticle,
  Model: model,
  NewsDashboard: newsAnalyticsShapes.newsDashboard.answer.schema,
  NewsFigure: figure,
  NewsFigureFields: figure,
  NewsGroup: figure,
  NewsSourceGroup: figure,
  ProcessBatchInput: createRequest,
  ProcessQueryInput: queryRequest,
  QueryResult: queryResponse,
  RoutingChoice: choice,
  RoutingFailure: failure,
  RoutingResult: routing,
  ShownApiKey: shownKey,
  SystemMetrics: processMetricsResponse,
  SystemMetricsSample: processMetricsResponse,
  SentimentTrend: sentimentTrend,
  TokenUsage: tokenUsage,
  ToneCounts: sentimentTrend,
  CountryShare: sentimentTrend,
  TopicShare: sentimentTrend,
  TopicDistribution: newsAnalyticsShapes.topicDistribution.answer.schema,
  UsageInput: usageQuery,
  UsageRow: usageRow,
  User: user,
  WeeklyTrends: newsAnalyticsShapes.weeklyTrends.answer.schema,
};

const sentence = (text: string) => (text.endsWith('.') ? text : `${text}.`);

/** The description of a REST field as a sentence; undefined if the schema does not have the field or describes it. */
function restDescription(type: string, field: string): string | undefined {
  const description = restSchemas[type]?.shape[snake(field)]?.description;
  return description && sentence(description);
}

/** What a root field does, and what it requires. */
function operationDescription(name: string, detail: string | null | undefined): string | undefined {
  const operation = operationOf(name);
  if (operation === undefined) return undefined;
  const { summary, permission } = endpointOf(operation.endpoint);
  const requires = permission === 'public' ? [] : [`Requires the permission \`${permission}\`.`];
  return [sentence(summary), ...(detail ? [detail] : []), ...requires].join(' ');
}

const describeArgument = (argument: GraphQLArgument) => {
  argument.description ??= getNamedType(argument.type).description;
};

/**
 * Completes descriptions: root fields say what their endpoint does and requires; other fields without a description get that of the
 * REST field of the same name, and arguments that of their input type.
 */
export function withDescriptions(schema: GraphQLSchema): GraphQLSchema {
  const roots = [schema.getQueryType(), schema.getMutationType()];
  for (const type of Object.values(schema.getTypeMap())) {
    if (!(isObjectType(type) || isInterfaceType(type) || isInputObjectType(type))) continue;
    const isRoot = roots.some((root) => root === type);
    for (const [name, field] of Object.entries(type.getFields())) {
      const { description } = field;
      field.description = isRoot ? operationDescription(name, description) : (description ?? restDescription(type.name, name));
    }
    if (isInputObjectType(type)) continue;
    for (const { args } of Object.values(type.getFields())) for (const argument of args) describeArgument(argument);
  }
  return schema;
}
