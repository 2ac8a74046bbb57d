import { text } from 'node:stream/consumers';
import type { Strategy } from '../../manifests/environments/strategy.ts';
import { synthesizeEnvironment } from '../../manifests/synth.ts';
import { createOutput } from '../../scripts/cli/output.ts';
import { connect } from '../../scripts/connection/connect.ts';
import { deploy } from '../../scripts/rollout/deploy/deploy.ts';
import { progressiveReleaseOf } from '../../scripts/rollout/progressive/environment-strategy.ts';
import { smokeTest } from '../../scripts/rollout/verify/smoke-test.ts';
import { type Declared, declared } from './declared.ts';

/** What `leyenda deploy` does, for an environment that is not in the table: its declaration is on standard input. */
const { image, ...declaration }: Declared & { image: string; strategy: Strategy } = JSON.parse(await text(process.stdin));
const environment = declared(declaration);
const { cluster } = connect();
const out = createOutput({ stdout: process.stdout, stderr: process.stderr, terminal: false }, 'deploy', true);
const { signal } = new AbortController();
const report = await deploy(
  {
    cluster,
    namespace: environment.namespace,
    owner: { product: environment.names.prefix, environment: environment.name },
    out,
    signal,
    smoke: (expected, seconds, stop) => smokeTest(cluster, expected, seconds, stop),
  },
  {
    environment: environment.name,
    image,
    charts: synthesizeEnvironment(environment, image),
    actor: 'e2e',
    timeoutSeconds: 180,
    soakSeconds: 3,
    // The lock of a deploy that was killed expires by itself.
    waitSeconds: 60,
    dryRun: false,
    rollback: true,
    onEvidence: async () => {},
    progressive: progressiveReleaseOf(environment, cluster),
  },
);
out.result('', report);
process.exitCode = report.exitCode;
