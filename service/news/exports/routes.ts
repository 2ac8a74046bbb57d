import { callerOf } from '../../http/context.ts';
import { withLocation } from '../../http/location.ts';
import { toPage } from '../../http/pagination.ts';
import { route } from '../../http/route.ts';
import type { Exports } from './exports.ts';
import { newsExportsShapes as shapes } from './schema.ts';

export const newsExportsRoutes = (exports: Exports) => ({
  createExport: route(shapes.createExport, async ({ body }, ctx) =>
    withLocation(ctx, 'readExport', await exports.create(callerOf(ctx), body)),
  ),
  listExports: route(shapes.listExports, async ({ query: { limit, after } }, ctx) =>
    toPage(ctx, await exports.list(callerOf(ctx), { limit: limit + 1, after }), limit, ({ id }) => id),
  ),
  readExport: route(shapes.readExport, ({ params }, ctx) => exports.read(callerOf(ctx), params.id)),
  deleteExport: route(shapes.deleteExport, ({ params }, ctx) => exports.delete(callerOf(ctx), params.id)),
  readExportFile: route(shapes.readExportFile, ({ params }, ctx) => exports.file(callerOf(ctx), params.id)),
  downloadExport: route(shapes.downloadExport, ({ params, query }) => exports.download(params.id, query)),
});
