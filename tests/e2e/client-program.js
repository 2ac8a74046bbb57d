// Runs in a pod beside the gateway: does what it is told over HTTP and answers with JSON.
const http = require('node:http');
const https = require('node:https');
const { API, GRAPHQL, EDGE, EDGE_HOST, EDGE_CERTIFICATE, API_KEY } = process.env;
const headers = { Authorization: `Bearer ${API_KEY}`, 'Content-Type': 'application/json' };
const wish = (description) => ({ content_description: description, style: 'casual', audience: 'general', client_id: 'e2e' });
const sunset = 'Sunset over the beach in Cádiz with old friends';
const question = `mutation ($input: GenerateCaptionInput!) { generateCaption(input: $input) { caption } }`;
const graphqlBody = (description) =>
  JSON.stringify({
    query: question,
    variables: { input: { contentDescription: description, style: 'casual', audience: 'general', clientId: 'e2e' } },
  });

let count = 0;
// Half of the wishes are new each time: the model has to answer, and what it answers has to be stored.
const next = () => (count++ % 2 === 0 ? sunset : `${sunset}, number ${count}`);

const kept = { 'http:': new http.Agent({ keepAlive: true, maxSockets: 8 }), 'https:': new https.Agent({ keepAlive: true, maxSockets: 8 }) };
function request(url, { method = 'GET', body, host, fresh = false, timeout = 25_000 } = {}) {
  return new Promise((resolve, reject) => {
    const { protocol } = new URL(url);
    const trust = host && { servername: host, ca: EDGE_CERTIFICATE };
    const options = {
      method,
      headers: { ...headers, ...(host && { Host: host }) },
      agent: fresh ? false : kept[protocol],
      timeout,
      ...trust,
    };
    const call = { 'http:': http, 'https:': https }[protocol].request(url, options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part) => {
        text += part;
      });
      response.on('end', () => resolve({ status: response.statusCode, headers: response.headers, body: text }));
      response.on('error', reject);
    });
    call.on('error', reject);
    call.on('timeout', () => call.destroy(new Error('timeout')));
    call.end(body);
  });
}
const caption = (base, more) => request(`${base}/api/v4/generate`, { method: 'POST', body: JSON.stringify(wish(next())), ...more });

/** What callers ask for again and again, and whether the answer is as it should be. Some open a connection for every request. */
const flows = {
  captions: { callers: 4, ask: () => caption(API, {}) },
  'captions on new connections': { callers: 4, ask: () => caption(API, { fresh: true }) },
  graphql: {
    callers: 2,
    ask: async (caller) => {
      const answer = await request(`${GRAPHQL}/graphql`, { method: 'POST', body: graphqlBody(next()), fresh: caller === 0 });
      if (answer.status === 200 && JSON.parse(answer.body).errors)
        throw new Error(JSON.stringify(JSON.parse(answer.body).errors[0]).slice(0, 200));
      return answer;
    },
  },
  // Slowly: an edge lets through only so much of one address.
  edge: { callers: 2, pause: 300, ask: (caller) => caption(EDGE, { host: EDGE_HOST, fresh: caller === 0 }) },
};

let load;
async function caller(flow, number, seen, running) {
  while (running.on) {
    seen.sent++;
    const began = performance.now();
    try {
      const answer = await flow.ask(number);
      if (answer.status !== 200) throw new Error(`status ${answer.status} ${answer.body.slice(0, 120)}`);
      const release = answer.headers['x-release'];
      seen.releases[release] = (seen.releases[release] ?? 0) + 1;
    } catch (error) {
      seen.failed++;
      const reason = error.cause?.code ?? error.code ?? error.message;
      seen.failures[reason] = (seen.failures[reason] ?? 0) + 1;
    }
    seen.longest = Math.max(seen.longest, Math.round(performance.now() - began));
    await new Promise((resolve) => setTimeout(resolve, flow.pause ?? running.pause));
  }
}

const actions = {
  async caption() {
    const { status, headers: got, body } = await request(`${API}/api/v4/generate`, { method: 'POST', body: JSON.stringify(wish(sunset)) });
    return { status, release: got['x-release'], body: JSON.parse(body) };
  },
  async graphql() {
    const { status, body } = await request(`${GRAPHQL}/graphql`, { method: 'POST', body: graphqlBody(sunset) });
    return { status, body: JSON.parse(body) };
  },
  /** start/PAUSE/NAME,NAME…: callers that pause for so many milliseconds, until `stop`. */
  async start(pause, names = Object.keys(flows).join(',')) {
    const running = { on: true, pause: Number(pause) };
    const seen = Object.fromEntries(
      decodeURIComponent(names)
        .split(',')
        .map((name) => [name, { sent: 0, failed: 0, longest: 0, releases: {}, failures: {} }]),
    );
    const callers = Object.entries(seen).flatMap(([name, each]) =>
      Array.from({ length: flows[name].callers }, (_, number) => caller(flows[name], number, each, running)),
    );
    load = { running, seen, callers };
    return {};
  },
  async stop() {
    load.running.on = false;
    await Promise.all(load.callers);
    return load.seen;
  },
  async batch(items) {
    const lines = Array.from({ length: Number(items) }, (_, index) => ({
      kind: 'generate',
      ...wish(`${sunset}, item ${index} of ${count++}`),
    }));
    const { status, body } = await request(`${API}/api/v1/batch`, { method: 'POST', body: JSON.stringify({ items: lines }) });
    return { status, body: JSON.parse(body) };
  },
  async progress(id) {
    const { status, body } = await request(`${API}/api/v1/batch/${id}`);
    return { status, body: JSON.parse(body) };
  },
  /** send/METHOD/PATH/BODY: a request to the API on a connection of its own. */
  async send(method, path, body) {
    const sent = { method, fresh: true, ...(body && { body: decodeURIComponent(body) }) };
    const answer = await request(`${API}${decodeURIComponent(path)}`, sent);
    return { status: answer.status, body: answer.body };
  },
  async get(...path) {
    const { status, body } = await request(`${API}/${path.join('/')}`, { timeout: 5000 });
    return { status, body };
  },
};

http
  .createServer(async (incoming, response) => {
    const [, action, ...rest] = incoming.url.split('/');
    const answer = await actions[action](...rest).catch((error) => ({ error: String(error.cause ?? error) }));
    response.end(JSON.stringify(answer));
  })
  .listen(8099, '127.0.0.1');
