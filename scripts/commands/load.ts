import * as z from 'zod';
import { ports } from '../../contract/ports.ts';
import { team } from '../../contract/team.ts';
import { deployments, environmentNames } from '../../manifests/environments/index.ts';

import { defineCommand } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { time } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { isFailure } from '../load/judge.ts';
import { loadObjectiveNames } from '../load/objectives.ts';
import { forwardToPods } from '../load/pods.ts';
import { figuresOf, loadReport } from '../load/report.ts';
import { type LoadPlan, type LoadResult, runLoad } from '../load/run.ts';
import type { ReadMetrics } from '../load/scrape-service.ts';
import { createSender, type Origins } from '../load/send.ts';
import { assertConfirmed, defaultGraphqlUrl, readFromUrls } from '../load/target.ts';
import { credentialVariable } from '../validate/check.ts';
import { checkedUrl } from '../validate/checked-url.ts';

export const load = defineCommand({
  name: 'load',
  summary: 'send load at a constant rate and check the objectives of performance',
  args: { url: { doc: 'base URL, without a path', default: `http://localhost:${ports.http}` } },
  flags: {
    rate: { type: 'integer', doc: 'requests per second of all scenarios', default: 40, min: 1 },
    seconds: { type: 'seconds', doc: 'duration of the load', default: 60, min: 1 },
    environment: {
      type: 'string',
      doc: `environment of the cluster to load through the API server, in place of the URL: ${environmentNames.join(', ')}`,
    },
    confirm: { type: 'string', doc: 'host of the URL, or the environment: that you may load it. Not needed for this machine' },
    paid: { type: 'boolean', doc: 'also send requests for which a text model charges' },
    'graphql-url': {
      type: 'string',
      doc: `base URL of GraphQL; default: port ${ports.graphql} if the URL has port ${ports.http}, else the URL`,
    },
    'metrics-url': { type: 'string', doc: 'base URLs of /metrics of every process, separated by commas; default: the URL' },
    host: { type: 'string', doc: 'Host header, if TRUSTED_HOSTS does not contain the host of the URL' },
  },
  description: [
    'Sends captions that are cached and new ones, queries, GraphQL, batches and health checks at a constant rate, whether or not the service keeps up: a latency counts from the time at which the request was due. Then it prints the latencies of each scenario, and each objective with its figure. SQL statements, cache, CPU, memory and connections are read from /metrics before, during and after the load.',
    'It requires an API key in LEYENDA_API_KEY, of the role Developer or Admin, to which captions, batches and usage are recorded. A service on another machine, or an environment, needs --confirm with its name. A rate above the quota of the key is rejected before the load, with the rate that the quota allows. Scenarios that call a text model are left out if it charges for them or has no price in TEXT_MODELS; if it is not the offline model, their latency is printed but not judged.',
    'Latencies contain the network between: run it near the service. A p95 needs 20 responses of each scenario: if a run is too short, the run fails and prints how many --seconds it needs. What cannot be read from /metrics does not fail the run, but a process that restarts does.',
  ],
  examples: [
    ['LEYENDA_API_KEY=… leyenda load', `npm start or compose.yaml, at http://localhost:${ports.http}`],
    [
      `LEYENDA_API_KEY=… leyenda load https://${team.stagingHost} --confirm ${team.stagingHost} --rate 8 --seconds 250`,
      'through the edge, below its limit',
    ],
    ['LEYENDA_API_KEY=… leyenda load --environment staging --confirm staging', 'the pods of a cluster, with their metrics'],
  ],
  exits: { different: 'an objective is missed or has too few responses, or the service rejects the requests' },
  related: ['validate', 'verify'],
  document: {
    target: z.string(),
    passed: z.boolean(),
    finished_at: time,
    rate: z.number(),
    seconds: z.number(),
    scenarios: z.array(
      z.strictObject({
        scenario: z.string(),
        requests: z.int(),
        per_second: z.number(),
        p50_ms: z.number().optional(),
        p95_ms: z.number().optional(),
        p99_ms: z.number().optional(),
        errors: z.int(),
        error_kinds: z.record(z.string(), z.int()),
      }),
    ),
    objectives: z.array(
      z.strictObject({
        objective: z.enum(loadObjectiveNames),
        state: z.enum(['met', 'missed', 'not measured']),
        value: z.number().optional().describe('seconds, or a share from 0 to 1'),
        detail: z.string().optional(),
      }),
    ),
    notes: z.array(z.string()),
  },
  async run({ args, flags }, context) {
    const { environment, confirm, rate, seconds, paid } = flags;
    const credential = context.env[credentialVariable];
    if (credential === undefined || credential === '')
      throw new Failure('usage', 'a load test needs an API key', `set ${credentialVariable} to an API key of the role Developer or Admin`);
    const plan = { rate, seconds, paid };
    const url = checkedUrl(args.url);
    const graphql = flags['graphql-url'];
    const urls = (flags['metrics-url'] ?? url).split(',').map((text) => checkedUrl(text.replace(/\/metrics\/?$/, '')));
    const origins = { http: url, graphql: graphql === undefined ? defaultGraphqlUrl(url) : checkedUrl(graphql), host: flags.host };
    assertConfirmed(environment ?? new URL(url).hostname, confirm);
    const result =
      environment === undefined
        ? await loadUrls(origins, readFromUrls(urls, credential, flags.host), credential, plan, context)
        : await loadEnvironment(environment, credential, plan, context);
    const { measurements, judgements, notes } = result;
    const passed = !judgements.some(isFailure);
    context.out.result(loadReport(result, seconds), {
      target: environment ?? url,
      passed,
      finished_at: new Date().toISOString(),
      rate,
      seconds,
      scenarios: measurements.map((measurement) => figuresOf(measurement, seconds)),
      objectives: judgements,
      notes,
    });
    return passed ? exitCodes.ok : exitCodes.different;
  },
});

async function loadUrls(
  origins: Origins,
  read: ReadMetrics,
  credential: string,
  plan: LoadPlan,
  { out, signal }: Context,
): Promise<LoadResult> {
  const { send, close } = createSender(origins, credential);
  return runLoad(send, read, plan, out.line, signal).finally(close);
}

function loadEnvironment(typed: string, credential: string, plan: LoadPlan, context: Context): Promise<LoadResult> {
  const name = environmentNames.find((each) => each === typed);
  if (name === undefined) throw new Failure('usage', `${typed} is no environment`, `choose one of ${environmentNames.join(', ')}`);
  const { names, config } = deployments[name];
  return withCluster(name, context, async ({ cluster, namespace }) => {
    const pods = await forwardToPods({ cluster, namespace, prefix: names.prefix, ports: deployments[name].ports });
    const host = config.TRUSTED_HOSTS?.split(',')[0];
    return loadUrls({ ...pods.origins, host }, pods.read, credential, plan, context).finally(pods.close);
  });
}
