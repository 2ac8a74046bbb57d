import type { EndpointName } from '../contract/endpoints/index.ts';
import { accountsShapes } from './accounts/schema.ts';
import { batchesShapes } from './batches/schema.ts';
import { captionsShapes } from './captions/schema.ts';
import { completionsShapes } from './compatible/completions-schema.ts';
import { responsesShapes } from './compatible/responses/schema.ts';
import { compatibleShapes } from './compatible/schema.ts';
import { graphqlShapes } from './graphql/schema.ts';
import type { Shape } from './http/shape.ts';
import { newsSubjectShapes } from './news/analysis/subject-schema.ts';
import { newsAnalyticsShapes } from './news/analytics/schema.ts';
import { newsArticlesShapes } from './news/articles/schema.ts';
import { newsExportsShapes } from './news/exports/schema.ts';
import { newsSourcesShapes } from './news/sources/schema.ts';
import { queriesShapes } from './queries/schema.ts';
import { documentationShapes, systemShapes } from './system/shapes.ts';
import { usageShapes } from './usage/schema.ts';

/** What goes into and comes out of every endpoint. */
export const shapes = {
  ...captionsShapes,
  ...accountsShapes,
  ...usageShapes,
  ...graphqlShapes,
  ...queriesShapes,
  ...compatibleShapes,
  ...completionsShapes,
  ...responsesShapes,
  ...batchesShapes,
  ...newsArticlesShapes,
  ...newsAnalyticsShapes,
  ...newsSourcesShapes,
  ...newsSubjectShapes,
  ...newsExportsShapes,
  ...systemShapes,
  ...documentationShapes,
} as const satisfies Record<EndpointName, Shape>;
