import * as z from 'zod';
import { deployments, type EnvironmentName, environmentNames } from '../../manifests/environments/index.ts';
import type { TargetScope } from '../../manifests/prometheus/promql.ts';
import { defineCommand } from '../cli/command.ts';
import type { Context } from '../cli/context.ts';
import { time } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { withCluster } from '../connection/with-cluster.ts';
import type { PrometheusApi } from '../prometheus/query.ts';
import { measureObjectives, type SloReport } from '../slo/measure.ts';
import { sloReport, sloText } from '../slo/text.ts';
import { checkedUrlWithPath } from '../validate/checked-url.ts';
import { reasonOf } from '../values/reason.ts';

const share = z.number().describe('0..1');
const objective = z.strictObject({
  name: z.string(),
  missed: z.string().describe('what misses the objective'),
  target: share,
  total: z.number().describe('events in the window'),
  bad: z.number().describe('events that were not good'),
  measured: share.nullable().describe('share of good events; null: no events'),
  budgetLeft: z
    .strictObject({
      percent: z.number().describe('negative: the objective is missed'),
      minutes: z.number().describe('of a complete failure, in the recorded days'),
      events: z.number(),
    })
    .nullable(),
  burnRate: z.number().nullable().describe('over the last hour; 1: the budget lasts exactly for the window'),
  worstDay: z.strictObject({ until: time.describe('end of the 24 hours'), measured: share }).nullable(),
  days: z.array(z.strictObject({ until: time, total: z.number(), bad: z.number() })),
});

const whole = 'all' as const;

export const slo = defineCommand({
  name: 'slo',
  summary: 'measure the objectives: error budget left, burn rate and worst day, from Prometheus',
  args: { environment: { doc: 'environment whose targets are measured', choices: [...environmentNames, whole], default: whole } },
  flags: {
    prometheus: { type: 'string', doc: 'URL of a Prometheus; without it: that of the environment, through the API server' },
    report: { type: 'boolean', doc: 'print the report of service levels in Markdown, with every day' },
  },
  description: [
    'For each objective of contract/objectives.ts it prints the target, the share of good events of the last 30 days, the error budget left (in percent, in minutes of a complete failure, and in events), the burn rate of the last hour, and the worst 24 hours. Requests to health checks and to /metrics do not count.',
    'It reads the series that the recording rules of the product write. If Prometheus has fewer days of them, it measures those and says so. all measures all targets of a Prometheus, and requires --prometheus.',
  ],
  examples: [
    ['leyenda slo production', 'from the Prometheus of the environment'],
    ['leyenda slo --prometheus http://localhost:9090', 'compose.monitoring.yaml, or a host'],
    ['leyenda slo production --report > sla.md', 'the report for the month'],
  ],
  exits: {
    different: 'an objective is missed, or none could be measured',
    rejected: 'Prometheus or the API server does not answer, or a permission is missing',
  },
  related: ['status', 'validate'],
  document: {
    windowDays: z.int(),
    end: time,
    recordedDays: z.number().describe('days of the window in which Prometheus recorded the objectives'),
    met: z.boolean(),
    objectives: z.array(objective),
  },
  async run({ args, flags }, context) {
    const { environment } = args;
    const report = await measure(environment, flags.prometheus, context);
    const measured = report.objectives.filter((each) => each.measured !== null);
    const met = measured.length > 0 && measured.every((each) => (each.budgetLeft?.percent ?? 0) >= 0);
    const text = flags.report ? sloReport(report, environment === whole ? 'all targets' : environment) : sloText(report);
    context.out.result(text, { ...report, met });
    return met ? exitCodes.ok : exitCodes.different;
  },
});

async function measure(environment: EnvironmentName | typeof whole, url: string | undefined, context: Context): Promise<SloReport> {
  const { assertPrometheusPod, prometheusAt, prometheusInCluster, targetScopeOf } = await import('../prometheus/access.ts');
  const scope = environment === whole ? undefined : targetScopeOf(deployments[environment]);
  if (url !== undefined) return measureAt(prometheusAt(checkedUrlWithPath(url)), scope, context.signal);
  if (environment === whole)
    throw new Failure('usage', 'no environment and no Prometheus is named', 'name an environment, or pass --prometheus URL');
  return withCluster(environment, context, async ({ cluster }) => {
    await assertPrometheusPod(deployments[environment], cluster);
    return measureAt(prometheusInCluster(deployments[environment], cluster), scope, context.signal);
  });
}

/** @throws {Failure} `rejected` if Prometheus does not respond */
async function measureAt(api: PrometheusApi, scope: TargetScope | undefined, signal: AbortSignal): Promise<SloReport> {
  try {
    return await measureObjectives(api, scope, Math.floor(Date.now() / 1000), signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new Failure('rejected', `Prometheus could not be queried: ${reasonOf(error)}`, 'check its address, and that it runs', {
      cause: error,
    });
  }
}
