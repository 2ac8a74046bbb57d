import helmet from 'koa-helmet';
import type { Middleware } from './context.ts';

const yearInSeconds = 31_536_000;

/** Security headers (guide rows SE-01, NG-05): nothing may be loaded from elsewhere, and nobody may frame a page. */
export function securityHeaders(): Middleware {
  const headers = helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'],
        connectSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'none'"],
        frameAncestors: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    hsts: { maxAge: yearInSeconds, includeSubDomains: true },
    // Only browsers that are long gone read these.
    dnsPrefetchControl: false,
    ieNoOpen: false,
    permittedCrossDomainPolicies: false,
    originAgentCluster: false,
    xssFilter: false,
  });
  return async function securityHeaders(ctx, next) {
    await headers(ctx, async () => {});
    ctx.set('X-XSS-Protection', '1; mode=block');
    return next();
  };
}
