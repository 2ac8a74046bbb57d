import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { type ServiceProcess, spawnService } from '../../service/testing/process.ts';
import {
  type Behaviour,
  neverResponds,
  resetsConnection,
  respondsWithText,
  startUpstream,
  type Upstream,
} from '../../service/testing/upstream.ts';
import { waitUntil } from '../../service/testing/wait-until.ts';

const key = 'key-of-the-suspended-service';

/** More calls than open the breaker. */
const calls = 8;
/** Timeout of an attempt, and duration of the suspension, in seconds. */
const [attempt, stopped] = [1, 3.5];

let upstream: Upstream;
let service: ServiceProcess;
afterEach(async () => {
  service.signal('SIGCONT');
  await service.end();
  await upstream.close();
});

/** Suspends and resumes a process with calls in flight; returns the statuses of their responses. */
async function suspend(during: Behaviour) {
  upstream = await startUpstream(during);
  service = spawnService({
    ROLE: 'api',
    DATABASE_URL: 'postgresql://user@127.0.0.1:1/none',
    VALID_API_KEYS: key,
    TEXT_MODELS: JSON.stringify([{ provider: 'openai', id: 'remote', base_url: upstream.url, timeout_seconds: attempt }]),
  });
  const url = await service.url();
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const send = (query: string) =>
    fetch(`${url}/api/v1/query`, { method: 'POST', headers, body: JSON.stringify({ query, context: false }) }).then(({ status }) => status);
  const sent = Array.from({ length: calls }, (_, call) => send(`Question ${call}`));
  await waitUntil(() => upstream.requests.length >= calls);
  service.signal('SIGSTOP');
  await sleep(stopped * 1000);
  service.signal('SIGCONT');
  return { send, answers: await Promise.all(sent), url };
}

describe('process that was suspended with model calls in flight', () => {
  test('reads responses that arrived during the suspension, and continues to call the model', async () => {
    const { send, answers } = await suspend(respondsWithText('In Spain.', { delayMs: 200 }));
    expect(answers).toEqual(Array(calls).fill(200));
    expect(await send('And now?')).toBe(200);
    expect(upstream.requests).toHaveLength(calls + 1);
  });

  test('does not open the breaker for connections that the model closed', async () => {
    let at = 0;
    const { send } = await suspend(async (...request) => {
      if (at++ >= calls) return respondsWithText('In Spain.')(...request);
      await sleep(200);
      return resetsConnection(...request);
    });
    expect(await send('And now?')).toBe(200);
  });

  test('does not open the breaker for calls without a response', async () => {
    let at = 0;
    const { send } = await suspend((...request) => (at++ < calls ? neverResponds : respondsWithText('In Spain.'))(...request));
    expect(await send('And now?')).toBe(200);
  });
});
