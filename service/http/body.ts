import { bodyParser } from '@koa/bodyparser';
import { maxBodyBytes } from '../contract/rate-limits.ts';
import type { Middleware } from './context.ts';
import { Problem } from './problem.ts';

const tooLarge = () => new Problem('payload_too_large', { detail: `The body may have ${maxBodyBytes} bytes.` });

/** Which problem a failure of the parser is; co-body and raw-body put a status on their errors. */
function problemOf(error: Error): Problem {
  const status = 'status' in error ? error.status : undefined;
  if (status === 413) return tooLarge();
  return new Problem(status === 415 ? 'unsupported_media_type' : 'malformed_json', { cause: error });
}

/** Reads a JSON body of at most `maxBodyBytes`: 413, 415 or 400 otherwise. */
export function body(): Middleware {
  const parse = bodyParser({
    enableTypes: ['json'],
    jsonLimit: maxBodyBytes,
    onError: (error) => {
      throw problemOf(error);
    },
  });
  return function body(ctx, next) {
    if (Number(ctx.get('Content-Length')) > maxBodyBytes) throw tooLarge();
    if (ctx.is('application/json') !== 'application/json') throw new Problem('unsupported_media_type');
    return parse(ctx, next);
  };
}
