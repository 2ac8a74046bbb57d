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

/** As many calls as would open the breaker, with some to spare. */
const calls = 8;
/** Longest that one attempt may take, and how long the process is stopped, in seconds. */
const [attempt, stopped] = [1, 3.5];

let upstream: Upstream;
let service: ServiceProcess;
afterEach(async () => {
  service.signal('SIGCONT');
  await service.end();
  await upstream.close();
});

/** A process with calls in flight that is stopped and continued; their answers. */
async function suspend(during: Behaviour) {
  upstream = await startUpstream(during);
  service = spawnService({
    ROLE: 'api',
    DATABASE_URL: 'postgresql://nobody@127.0.0.1:1/none',
    VALID_API_KEYS: key,
    TEXT_MODELS: JSON.stringify([{ provider: 'openai', id: 'remote', base_url: upstream.url, timeout_seconds: attempt }]),
  });
  const url = await service.url();
  const headers = { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' };
  const ask = (query: string) =>
    fetch(`${url}/api/v1/query`, { method: 'POST', headers, body: JSON.stringify({ query, context: false }) }).then(({ status }) => status);
  const asked = Array.from({ length: calls }, (_, call) => ask(`Question ${call}`));
  await waitUntil(() => upstream.requests.length >= calls);
  service.signal('SIGSTOP');
  await sleep(stopped * 1000);
  service.signal('SIGCONT');
  return { ask, answers: await Promise.all(asked), url };
}

describe('A process that was stopped with calls of a model in flight', () => {
  test('reads the answers that arrived meanwhile, and goes on asking the model', async () => {
    const { ask, answers } = await suspend(respondsWithText('In Spain.', { delayMs: 200 }));
    expect(answers).toEqual(Array(calls).fill(200));
    expect(await ask('And now?')).toBe(200);
    expect(upstream.requests).toHaveLength(calls + 1);
  });

  test('does not open the breaker for connections that the model closed meanwhile', async () => {
    let at = 0;
    const { ask } = await suspend(async (...request) => {
      if (at++ >= calls) return respondsWithText('In Spain.')(...request);
      await sleep(200);
      return resetsConnection(...request);
    });
    expect(await ask('And now?')).toBe(200);
  });

  test('does not open the breaker for calls that the model never answered', async () => {
    let at = 0;
    const { ask } = await suspend((...request) => (at++ < calls ? neverResponds : respondsWithText('In Spain.'))(...request));
    expect(await ask('And now?')).toBe(200);
  });
});
