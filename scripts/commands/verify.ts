import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Deadline } from '../cluster/clock.ts';
import { withCluster } from '../connection/with-cluster.ts';
import { lastGood, readHistory } from '../rollout/record/release-history.ts';
import { waitForHealth } from '../rollout/status/release-health.ts';
import { smokeExpectation } from '../rollout/verify/smoke-expectation.ts';

/** Asks every endpoint of the service, and compares the release that answers with the one that was deployed. */
export const verifyCommand: Handlers['verify'] = ({ args, flags }, context) =>
  withCluster(args.environment, context, async (session) => {
    const release = lastGood(await readHistory(session.cluster, session.namespace));
    if (release === undefined) {
      context.out.result('not healthy: no good release was deployed yet', {
        environment: args.environment,
        passed: false,
        failures: ['no good release was deployed yet'],
      });
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
      : ['not healthy:', ...failures].join('\n  ');
    context.out.result(text, { ...answers, environment: args.environment, revision: release.revision, passed, failures });
    return passed ? exitCodes.ok : exitCodes.different;
  });
