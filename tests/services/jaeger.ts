import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as z from 'zod';
import { local } from '../../manifests/environments/local.ts';
import { jaegerConfig } from '../../manifests/monitoring/jaeger.ts';
import { freePort, waitForPort } from './servers.ts';

const tag = z.object({ key: z.string(), value: z.unknown() });
const traceSchema = z.object({
  spans: z.array(
    z.object({
      traceID: z.string(),
      spanID: z.string(),
      operationName: z.string(),
      references: z.array(z.object({ refType: z.string(), traceID: z.string(), spanID: z.string() })),
      tags: z.array(tag),
      processID: z.string(),
    }),
  ),
  processes: z.record(z.string(), z.object({ serviceName: z.string(), tags: z.array(tag) })),
});
const response = z.object({ data: z.array(traceSchema).nullable() });

/** A span as Jaeger stores it. */
export interface StoredSpan {
  readonly id: string;
  readonly name: string;
  readonly service: string;
  /** The id of the span above it. */
  readonly parent: string | undefined;
  readonly tags: Readonly<Record<string, unknown>>;
}

function spansOf({ spans, processes }: z.output<typeof traceSchema>): StoredSpan[] {
  return spans.map(({ spanID, operationName, references, tags, processID }) => ({
    id: spanID,
    name: operationName,
    service: processes[processID]?.serviceName ?? '',
    parent: references.find(({ refType }) => refType === 'CHILD_OF')?.spanID,
    tags: Object.fromEntries(tags.map(({ key, value }) => [key, value])),
  }));
}

/** Jaeger with the configuration of the cluster, on free ports. */
export async function startJaeger() {
  const folder = mkdtempSync(join(tmpdir(), 'leyenda-jaeger-'));
  const [jaeger, otlp] = [await freePort(), await freePort()];
  const config = join(folder, 'jaeger.yml');
  writeFileSync(config, jaegerConfig({ ...local, ports: { ...local.ports, jaeger, otlp } }, 1000));
  const server = spawn('jaeger', [`--config=${config}`], { stdio: ['ignore', 'ignore', 'ignore'] });
  await Promise.all([waitForPort(otlp, server), waitForPort(jaeger, server)]);
  const read = async (path: string) => {
    const found = await fetch(`http://127.0.0.1:${jaeger}${path}`);
    return found.status === 404 ? [] : (response.parse(await found.json()).data ?? []).flatMap(spansOf);
  };
  return {
    endpoint: `http://127.0.0.1:${otlp}`,
    /** The spans of a trace; none if there is no such trace. */
    trace: (id: string) => read(`/api/traces/${id}`),
    /** The spans of the newest traces with a span of a service. */
    tracesOf: (service: string) => read(`/api/traces?service=${service}&limit=100`),
    async end() {
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
export type Jaeger = Awaited<ReturnType<typeof startJaeger>>;
