import { Agent, request } from 'node:http';

export interface Load {
  /** Number of responses by status. */
  readonly responses: Record<number, number>;
  /** Accepted requests without a complete response. */
  readonly failures: string[];
}

const isServerClosed = (error: Error) => 'code' in error && error.code === 'ECONNREFUSED';

/**
 * Sends requests over a number of keep-alive connections, one at a time on each, until `done` aborts or the server closes its port.
 * Any other error is a failure. `onResponse` is called after each response with their number so far.
 */
export async function load(
  url: string,
  connections: number,
  options: { headers: Record<string, string>; body: string },
  done: AbortSignal,
  onResponse: (count: number) => void = () => {},
): Promise<Load> {
  const result: Load = { responses: {}, failures: [] };
  let count = 0;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });

  function once(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const failed = (error: Error) => {
      if (!isServerClosed(error)) result.failures.push(String(error));
      resolve(isServerClosed(error));
    };
    request(url, { method: 'POST', agent, headers: options.headers }, (response) => {
      const status = response.statusCode ?? 0;
      response.on('error', failed).on('end', () => {
        result.responses[status] = (result.responses[status] ?? 0) + 1;
        onResponse(++count);
        resolve(false);
      });
      response.resume();
    })
      .on('error', failed)
      .end(options.body);
    return promise;
  }

  await Promise.all(
    Array.from({ length: connections }, async () => {
      let isStopped = false;
      while (!isStopped && !done.aborted) isStopped = await once();
    }),
  );
  agent.destroy();
  return result;
}
