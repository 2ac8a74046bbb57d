import { endpoints } from '../../contract/endpoints/index.ts';
import { product } from '../../contract/product.ts';
import type { Settings } from '../../contract/settings.ts';
import type { Context } from '../http/context.ts';
import { unavailable } from '../http/problem.ts';
import { type Handler, route } from '../http/route.ts';
import type { Lifecycle } from '../runtime/shutdown.ts';
import { systemShapes as shapes } from './shapes.ts';
import type { System } from './system.ts';
import { webPage } from './web-page.ts';

/** The version that is running. */
interface RunningVersion {
  readonly version: string;
  readonly release: string;
}

const links = {
  docs: endpoints.docs.path,
  openapi: endpoints.openapi.path,
  generate: endpoints.generate.path,
  health: endpoints.health.path,
};

interface SystemRoutesOptions {
  readonly settings: Pick<Settings, 'API_VERSION' | 'RELEASE_ID'>;
  readonly system: System;
  readonly lifecycle: Lifecycle;
}

export function systemRoutes({ settings, system, lifecycle }: SystemRoutesOptions) {
  const { health } = system;
  const page = webPage();
  const running: RunningVersion = { version: settings.API_VERSION, release: settings.RELEASE_ID };
  const uptime = () => Math.round(process.uptime());
  const json = route(shapes.root, () => ({ name: product.title, description: product.description, ...running, links }));
  // Checks no dependency: one that is down must not restart the process.
  const alive: Handler<typeof shapes.health> = () => {
    const { database, cache, replica } = health.last();
    return {
      status: 'healthy',
      ...running,
      database: database.state,
      cache: cache.state,
      ...(replica === undefined ? {} : { replica: replica.state }),
      uptime_seconds: uptime(),
    };
  };
  const detailed: Handler<typeof shapes.healthDetailed> = async () => {
    const dependencies = await health.check();
    const allUp = Object.values(dependencies).every(({ state }) => state === 'up');
    return { status: allUp ? 'healthy' : 'degraded', ...running, uptime_seconds: uptime(), dependencies };
  };
  const ready: Handler<typeof shapes.ready> = async () => {
    if (lifecycle.state === 'starting') throw unavailable('The process is starting.', 1);
    if (lifecycle.state !== 'running') throw unavailable('The process is stopping.', 1);
    const dependencies = await health.check();
    const missing = health.neverReached();
    if (missing.length > 0) throw unavailable(`Not ready: ${missing.join(', ')}.`, 1);
    return { status: 'ready', ...running, dependencies };
  };
  return {
    root: {
      ...json,
      async handle(ctx: Context) {
        ctx.vary('Accept');
        if (ctx.accepts('application/json', 'text/html') !== 'text/html') return json.handle(ctx);
        return page.sendPage(ctx);
      },
    },
    webFile: page.file,
    health: route(shapes.health, alive),
    ready: route(shapes.ready, ready),
    healthDetailed: route(shapes.healthDetailed, detailed),
    cacheStats: route(shapes.cacheStats, system.cacheStats),
    clearCache: route(shapes.clearCache, async () => ({ cleared: await system.clearCaches() })),
    metrics: { shape: shapes.metrics, handle: system.metricsPage },
    processMetrics: route(shapes.processMetrics, system.processMetrics),
  };
}
