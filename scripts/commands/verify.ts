import * as z from 'zod';
import { defineCommand } from '../cli/command.ts';
import { environment as environmentField, revision } from '../cli/document-fields.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { environment, rejected, timeout } from '../cli/options.ts';
import { Deadline } from '../cluster/clock.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { lastGood, readHistory } from '../rollout/record/release-history.ts';
import { waitForHealth } from '../rollout/status/release-health.ts';
import { smokeExpectation } from '../rollout/verify/smoke-expectation.ts';

export const verify = defineCommand({
  name: 'verify',
  summary: 'check the running service: its health, and the release that answers',
  args: { environment },
  flags: { timeout: { ...timeout, default: 60 } },
  description: [
    'Requests every ready endpoint of the service through the API server: /health must return the deployed release, /ready must report every required dependency, and a request without a key must be rejected. Then the workloads must become healthy within the timeout. It never writes.',
  ],
  examples: [
    ['leyenda verify production', 'check that the deployed release is the one that answers'],
    ['leyenda verify staging --timeout 120', 'with more time, while an autoscaler is adding pods'],
  ],
  exits: { different: 'unhealthy; one line for each failure', rejected },
  related: ['status', 'validate', 'drift'],
  document: {
    environment: environmentField,
    passed: z.boolean(),
    failures: z.array(z.string()),
    revision: revision.optional(),
    endpoints: z.int().optional().describe('number of endpoints that responded'),
    releases: z.array(z.string()).optional().describe('releases that they returned'),
    failedPod: z.string().optional(),
  },
  run: ({ args, flags }, context) =>
    withCluster(args.environment, context, async (session) => {
      const release = lastGood(await readHistory(session.cluster, session.namespace));
      if (release === undefined) {
        const failures = ['no good release was deployed yet'];
        context.out.result(`unhealthy: ${failures[0]}`, { environment: args.environment, passed: false, failures });
        return exitCodes.different;
      }
      const deadline = new Deadline(session.cluster.clock, flags.timeout);
      const limits = { settleSeconds: flags.timeout, deadline };
      const answers = await session.smoke(smokeExpectation(release.charts, session.namespace), limits, context.signal);
      const health = await waitForHealth(session, release, deadline);
      const failures = [...answers.failures, ...health.problems];
      const passed = failures.length === 0;
      const text = passed
        ? `healthy: revision ${release.revision}, ${answers.endpoints} endpoint(s), release ${answers.releases.join(', ')}`
        : ['unhealthy:', ...failures].join('\n  ');
      context.out.result(text, { ...answers, environment: args.environment, revision: release.revision, passed, failures });
      return passed ? exitCodes.ok : exitCodes.different;
    }),
});
