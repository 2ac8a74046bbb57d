import type Koa from 'koa';
import type { ApiKey } from '../accounts/keys.ts';
import type { EndpointName } from '../contract/endpoints.ts';

/** What the middlewares know about one request. */
export interface State {
  requestId: string;
  /** Set once the route is known. */
  endpoint?: EndpointName;
  /** Who calls; not set for callers without a valid credential. */
  caller?: ApiKey;
}
export type Context = Koa.ParameterizedContext<State>;
export type Middleware = Koa.Middleware<State>;
