import { endpoints } from '../../contract/endpoints/index.ts';
import { activeTrace, type RequestDescription, tracedRequest } from '../telemetry/traced.ts';
import type { Context, Middleware } from './context.ts';
import { isProbe } from './probes.ts';

const describe = ({ method, path, protocol, req, res, state }: Context): RequestDescription => ({
  method,
  path,
  scheme: protocol,
  traceparent: typeof req.headers.traceparent === 'string' ? req.headers.traceparent : undefined,
  // A stream ends long after the middleware.
  onEnd: (end) => void res.once('close', end),
  outcome: () => ({
    route: state.endpoint === undefined ? undefined : endpoints[state.endpoint].path,
    status: res.statusCode,
    failure: state.streamFailed ? 'stream_failed' : undefined,
    id: state.requestId,
  }),
});

/** Runs each request in a span, except probes and scrapes. */
export const requestSpan: Middleware = (ctx, next) =>
  isProbe(ctx.path)
    ? next()
    : tracedRequest(
        () => describe(ctx),
        () => {
          ctx.state.trace = activeTrace();
          return next();
        },
      );
