import type * as z from 'zod';
import { endpoints } from '../contract/endpoints.ts';
import { product } from '../contract/product.ts';
import { unavailable } from '../http/problem.ts';
import { answering, text } from '../http/route.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { pageStylesheet } from './docs.ts';
import type { DependencyReport, Health } from './health.ts';
import { landingPage } from './page.ts';
import { detailedResponse, healthResponse, readyResponse, rootResponse, usageResponse } from './schema.ts';
import { createUsage } from './usage.ts';

/** Which code runs: told by /health, X-Release and the metrics. */
export interface Running {
  readonly version: string;
  readonly release: string;
}

const links = {
  docs: endpoints.docs.path,
  openapi: endpoints.openapi.path,
  generate: endpoints.generate.path,
  health: endpoints.health.path,
};

const usable = ({ state, required }: DependencyReport) => state === 'up' || !required;

/** `draining`: asked each time, true from the first signal to stop. */
export function systemRoutes(running: Running, health: Health, metrics: Metrics, draining: () => boolean) {
  const uptime = () => Math.round(process.uptime());
  const root = (): z.input<typeof rootResponse> => ({ name: product.title, description: product.description, ...running, links });
  const json = answering(rootResponse, root);
  return {
    root: {
      ...json,
      handle: async (ctx) => {
        ctx.vary('Accept');
        if (ctx.accepts('application/json', 'text/html') !== 'text/html') return json.handle(ctx);
        ctx.body = landingPage(product.title, product.description, endpoints.docsFile.path.replace(':file', pageStylesheet));
        ctx.type = 'text/html';
      },
    } satisfies typeof json,
    // Never asks a dependency: one that is away must not restart the process (D-05).
    health: answering(healthResponse, () => {
      const { database, cache } = health.last();
      return { status: 'healthy', ...running, database: database.state, cache: cache.state, uptime_seconds: uptime() };
    }),
    ready: answering(readyResponse, async () => {
      if (draining()) throw unavailable('The process is stopping.', 1);
      const down = Object.entries(await health.check()).filter(([, report]) => !usable(report));
      if (down.length > 0) throw unavailable(`Not ready: ${down.map(([name]) => name).join(', ')}.`, 1);
      return { status: 'ready', ...running };
    }),
    healthDetailed: answering(detailedResponse, async () => {
      const dependencies = await health.check();
      const well = Object.values(dependencies).every(({ state }) => state === 'up');
      return { status: well ? 'healthy' : 'degraded', ...running, uptime_seconds: uptime(), dependencies };
    }),
    metrics: text(metrics.contentType, () => metrics.text()),
    usage: answering(usageResponse, createUsage(metrics)),
  };
}
