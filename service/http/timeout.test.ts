import { once } from 'node:events';
import { expect, test } from '@jest/globals';
import Koa from 'koa';
import { createLogger } from '../telemetry/log.ts';
import { setCommonHeaders } from './common-headers.ts';
import type { State } from './context.ts';
import { errorHandler } from './error-handler.ts';
import { problemResponse } from './problem-schemas.ts';

import { requestTimeout } from './timeout.ts';

test('A request that takes too long returns 504, one that is in time does not', async () => {
  const app = new Koa<State>();
  app.use(setCommonHeaders('test', { state: 'running' }));
  app.use(errorHandler(createLogger('silent', { write: () => {} })));
  app.use(requestTimeout(0.05));
  app.use(async (ctx) => {
    if (ctx.path === '/slow') await new Promise(() => {});
    ctx.body = 'in time';
  });
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
  const [slow, quick] = await Promise.all([fetch(`${url}/slow`), fetch(`${url}/quick`)]);
  expect([slow.status, quick.status]).toEqual([504, 200]);
  expect(problemResponse.parse(await slow.json()).code).toBe('timeout');
  await server[Symbol.asyncDispose]();
});
