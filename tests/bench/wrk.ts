import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import * as z from 'zod';

/** A POST request with a JSON body. */
export interface Request {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

interface Load {
  readonly seconds: number;
  readonly connections: number;
  /** Requests per second; not set: each connection sends the next request as soon as it has a response. */
  readonly rate?: number;
}

export interface LoadResult {
  readonly requests: number;
  readonly perSecond: number;
  readonly failed: number;
  /** Milliseconds. */
  readonly p50: number;
  readonly p99: number;
}

const result = z.object({ requests: z.number(), duration: z.number(), failed: z.number(), p50: z.number(), p99: z.number() });

/** Sends the same request for some seconds with wrk, which needs a tenth of a core for 10,000 requests per second. */
export async function sendLoad(request: Request, { seconds, connections, rate = 0 }: Load): Promise<LoadResult> {
  const headers = Object.entries({ 'Content-Type': 'application/json', ...request.headers }).map(([name, value]) => `${name}: ${value}`);
  const options = ['-t1', `-c${connections}`, `-d${seconds}s`, '--timeout', '20s', '-s', join(import.meta.dirname, 'request.lua')];
  const args = [...options, request.url, '--', String(rate), String(connections), request.body, ...headers];
  const child = spawn('wrk', args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output, [code]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  if (code !== 0) throw new Error(`wrk ended with ${code}: ${output}`);
  const { requests, duration, failed, p50, p99 } = result.parse(JSON.parse(output.trim().split('\n').at(-1) ?? ''));
  return { requests, perSecond: requests / (duration / 1e6), failed, p50: p50 / 1000, p99: p99 / 1000 };
}
