import { callerOf, leaving } from '../http/context.ts';
import { route } from '../http/route.ts';
import type { Parts } from '../parts.ts';
import { captionsShapes as shapes } from './schema.ts';

export const captionsRoutes = ({ generate }: Parts) => ({
  generate: route(shapes.generate, ({ body }, ctx) => generate(body, callerOf(ctx), leaving(ctx))),
});
