// Runs in a pod beside the gateway: does what it is told over HTTP and answers with JSON.
const http = require('node:http');
const { TARGET, API_KEY } = process.env;
const body = JSON.stringify({
  content_description: 'Sunset over the beach in Cádiz with old friends',
  style: 'casual',
  audience: 'general',
  client_id: 'e2e',
});
const headers = { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' };
const generate = () => fetch(`${TARGET}/api/v4/generate`, { method: 'POST', headers, body, signal: AbortSignal.timeout(25_000) });

const actions = {
  async caption() {
    const response = await generate();
    return { status: response.status, release: response.headers.get('x-release'), body: await response.json() };
  },
  async get(...path) {
    const response = await fetch(`${TARGET}/${path.join('/')}`, { signal: AbortSignal.timeout(5000) });
    return { status: response.status, body: await response.text() };
  },
  // Eight callers that never pause: half keep their connection, half open one for every request.
  async load(seconds) {
    const end = Date.now() + Number(seconds) * 1000;
    const seen = { sent: 0, failed: 0, releases: {}, failures: {} };
    const caller = async (fresh) => {
      while (Date.now() < end) {
        seen.sent++;
        try {
          const response = await request(fresh);
          if (response.status !== 200) throw new Error(`status ${response.status}`);
          seen.releases[response.release] = (seen.releases[response.release] ?? 0) + 1;
        } catch (error) {
          seen.failed++;
          const reason = error.cause?.code ?? error.code ?? error.message;
          seen.failures[reason] = (seen.failures[reason] ?? 0) + 1;
        }
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    };
    await Promise.all(Array.from({ length: 8 }, (_, index) => caller(index % 2 === 0)));
    return seen;
  },
};

const kept = new http.Agent({ keepAlive: true, maxSockets: 4 });
function request(fresh) {
  return new Promise((resolve, reject) => {
    const call = http.request(
      `${TARGET}/api/v4/generate`,
      { method: 'POST', headers, agent: fresh ? false : kept, timeout: 25_000 },
      (response) => {
        response.resume();
        response.on('end', () => resolve({ status: response.statusCode, release: response.headers['x-release'] }));
        response.on('error', reject);
      },
    );
    call.on('error', reject);
    call.on('timeout', () => call.destroy(new Error('timeout')));
    call.end(body);
  });
}

http
  .createServer(async (incoming, response) => {
    const [, action, ...rest] = incoming.url.split('/');
    const answer = await actions[action](...rest).catch((error) => ({ error: String(error.cause ?? error) }));
    response.end(JSON.stringify(answer));
  })
  .listen(8099, '127.0.0.1');
