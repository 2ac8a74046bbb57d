import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { brotliDecompressSync, gunzipSync, inflateSync, zstdDecompressSync } from 'node:zlib';
import type Koa from 'koa';
import type { Context, State } from '../http/context.ts';
import type { ResponseValidator } from './openapi-validator.ts';

const decoders: Readonly<Record<string, (bytes: Buffer) => Buffer>> = {
  '': (bytes) => bytes,
  gzip: gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
  zstd: zstdDecompressSync,
};

/** Media types whose bytes are text; others are compared as bytes. */
const isText = (type: string) => /^text\/|json|xml/.test(type) && !type.includes('openxmlformats');

function textOf(bytes: Buffer, coding: string, type: string): string {
  const decode = decoders[coding];
  if (decode === undefined) throw new Error(`the Content-Encoding ${coding} is unknown`);
  if (!isText(type)) return decode(bytes).toString('latin1');
  return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(decode(bytes));
}

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body instanceof Readable) return Buffer.from(await buffer(body));
  return Buffer.isBuffer(body) ? body : Buffer.from(typeof body === 'string' ? body : '');
}

/** Forwards a stream, and calls `then` with its bytes if it ends without an error. */
function tee(source: Readable, then: (bytes: Buffer) => Promise<void>): Readable {
  async function* chunks() {
    const read: Buffer[] = [];
    for await (const chunk of source) {
      read.push(Buffer.from(chunk));
      yield chunk;
    }
    await then(Buffer.concat(read));
  }
  return Readable.from(chunks()).once('close', () => source.destroy());
}

/** Media types that clients read in parts. */
const streamedTypes = ['text/event-stream', 'application/jsonl'];

/** Validates each response of an app as its client receives it: a wrong one becomes a 500, a wrong stream is passed to `report`. */
export function withResponseChecks(app: Koa<State>, validate: ResponseValidator, report: (mistake: string) => void): Koa<State> {
  async function mistakesOf(ctx: Context, bytes: Buffer): Promise<string> {
    const headers = Object.fromEntries(Object.entries(ctx.res.getHeaders()).map(([name, value]) => [name, String(value)]));
    const { method, status } = ctx;
    const body = textOf(bytes, headers['content-encoding'] ?? '', ctx.response.type);
    const found = await validate(ctx.state.endpoint, { method, status, headers, body }).catch((error: unknown) => [
      `cannot be validated: ${error}`,
    ]);
    return found.length === 0 ? '' : `The response ${status} to ${method} ${ctx.path} (${ctx.state.endpoint}): ${found.join('; ')}`;
  }
  async function checkResponse(ctx: Context, next: () => Promise<void>): Promise<void> {
    await next();
    if (ctx.status === 499 || ctx.res.destroyed) return;
    const { body } = ctx;
    if (body instanceof Readable && streamedTypes.includes(ctx.response.type)) {
      ctx.body = tee(body, async (bytes) => {
        const mistakes = await mistakesOf(ctx, bytes);
        if (mistakes !== '') report(mistakes);
      });
      return;
    }
    const bytes = await bytesOf(body);
    const mistakes = await mistakesOf(ctx, bytes);
    if (mistakes !== '') {
      ctx.remove('Content-Encoding');
      ctx.status = 500;
      ctx.body = mistakes;
    } else if (body instanceof Readable) ctx.body = bytes;
  }
  app.middleware.unshift(checkResponse);
  return app;
}
