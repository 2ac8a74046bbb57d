import { Agent, request } from 'node:http';

export interface Load {
  /** Answers by status. */
  readonly answers: Record<number, number>;
  /** Requests that a connection took and that were not answered whole. */
  readonly failures: string[];
}

const isRefusal = (error: Error) => 'code' in error && error.code === 'ECONNREFUSED';

/**
 * Sends requests over so many keep-alive connections, each one after the other, until `done` or until the listener
 * refuses: a caller that is refused was never accepted, any other error is a failure. `answered` is called after each answer
 * with the number of answers so far.
 */
export async function load(
  url: string,
  connections: number,
  options: { headers: Record<string, string>; body: string },
  done: AbortSignal,
  answered: (count: number) => void = () => {},
): Promise<Load> {
  const result: Load = { answers: {}, failures: [] };
  let count = 0;
  const agent = new Agent({ keepAlive: true, maxSockets: connections });

  function once(): Promise<boolean> {
    const { promise, resolve } = Promise.withResolvers<boolean>();
    const failed = (error: Error) => {
      if (!isRefusal(error)) result.failures.push(String(error));
      resolve(isRefusal(error));
    };
    request(url, { method: 'POST', agent, headers: options.headers }, (response) => {
      const status = response.statusCode ?? 0;
      response.on('error', failed).on('end', () => {
        result.answers[status] = (result.answers[status] ?? 0) + 1;
        answered(++count);
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
      let refused = false;
      while (!refused && !done.aborted) refused = await once();
    }),
  );
  agent.destroy();
  return result;
}
