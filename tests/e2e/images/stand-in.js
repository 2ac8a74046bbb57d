// Plays the service in a rollout that is tested: answers what the release tool asks, and misbehaves as BEHAVIOUR says.
const http = require('node:http');
const { BEHAVIOUR = 'well', RELEASE = 'none', HOSTNAME, REFEREE, UPSTREAM } = process.env;
const port = 8080;

function die(code, why) {
  console.error(`fatal: ${why}`);
  process.exit(code);
}

/** The service: what /health, /ready and POST answer. */
function service() {
  const began = Date.now();
  const released = BEHAVIOUR === 'answers-as-another' ? 'another' : RELEASE;
  const ready = () => {
    if (BEHAVIOUR === 'never-ready') return false;
    const age = Date.now() - began;
    return BEHAVIOUR !== 'flaps' || age < 10_000 || Math.floor(age / 4000) % 2 === 0;
  };
  const isAlive = () => BEHAVIOUR !== 'stops-living' || Date.now() - began < 3000;
  const answers = {
    'GET /live': () => (isAlive() ? [200, { status: 'alive' }] : [503, { status: 'the event loop is blocked' }]),
    'GET /health': () => [200, { status: 'healthy', release: released }],
    'GET /ready': () => (ready() ? [200, { status: 'ready', dependencies: {} }] : [503, { status: 'unready: the price list is empty' }]),
    'POST /api/v4/generate': () => {
      // The release tool asks this after the rollout, just before it looks on for a while.
      if (BEHAVIOUR === 'dies-later') setTimeout(() => die(9, 'the price list was closed'), 2000);
      if (BEHAVIOUR === 'takes-memory') takeMemory();
      return BEHAVIOUR === 'fails' ? [500, { code: 'internal' }] : [401, { code: 'unauthorized' }];
    },
  };
  http
    .createServer((request, response) => {
      const [status, body] = answers[`${request.method} ${request.url}`]?.() ?? [404, {}];
      response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(JSON.stringify(body));
    })
    .listen(port);
}

/** More than any limit here, at once: the kernel ends the container. */
function takeMemory() {
  for (const held = []; ; ) held.push(Buffer.alloc(16 * 1024 * 1024, held.length));
}

/** A migration that says a lot, and what is wrong with it in its last line. */
function talk() {
  const lines = Array.from({ length: 18_000 }, (_, index) => `row ${index + 1} of 18000 is migrated`);
  process.stdout.write(`${lines.join('\n')}\n`, () => die(4, 'row 18001 has no price'));
}

/** Tells the first pod that asks that it is the one that has to fail; the same pod again, no other. */
function referee() {
  let chosen;
  http
    .createServer((request, response) => {
      const pod = request.url.slice(1);
      if (pod.startsWith('pod/')) chosen ??= pod;
      response.end(String(pod === chosen));
    })
    .listen(port);
}

/** The cluster's own registry behind a door: closed for good, or too busy for 40 s from the first knock at a host. */
function registry() {
  const first = new Map();
  const busy = (url) => {
    const host = new URL(url, UPSTREAM).searchParams.get('ns');
    if (!first.has(host)) first.set(host, Date.now());
    return Date.now() - first.get(host) < 40_000;
  };
  http
    .createServer((request, response) => {
      // Its own readiness.
      if (request.url === '/') return response.end();
      const refused = {
        'registry-forbids': [403, 'DENIED'],
        'registry-throttles': busy(request.url) ? [429, 'TOOMANYREQUESTS'] : undefined,
      }[BEHAVIOUR];
      if (refused) {
        const [status, code] = refused;
        response.writeHead(status, { 'content-type': 'application/json' });
        return response.end(JSON.stringify({ errors: [{ code, message: 'requested access to the resource is refused' }] }));
      }
      const to = new URL(request.url, UPSTREAM);
      const passed = http.request(to, { method: request.method, headers: { ...request.headers, host: to.host } }, (answer) => {
        response.writeHead(answer.statusCode, answer.headers);
        answer.pipe(response);
      });
      passed.on('error', () => response.writeHead(502).end());
      request.pipe(passed);
    })
    .listen(port);
}

const isChosen = async () => (await (await fetch(`${REFEREE}/pod/${HOSTNAME}`)).text()) === 'true';

const parts = {
  crashes: () => setTimeout(() => die(7, 'cannot read the price list'), 300),
  'crashes-if-chosen': async () => ((await isChosen()) ? setTimeout(() => die(7, 'cannot read the price list'), 300) : service()),
  'exits-4': () => die(4, 'column "price" does not exist'),
  talks: talk,
  'dies-after-6-s': () => setTimeout(() => die(3, 'the proxy lost its certificate'), 6000),
  sleeps: () => setTimeout(() => {}, 1_000_000),
  ends: () => {},
  referee,
  'registry-forbids': registry,
  'registry-throttles': registry,
};

process.on('SIGTERM', () => process.exit(0));
(parts[BEHAVIOUR] ?? service)();
