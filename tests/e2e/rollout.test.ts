import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { metadataKeys, names } from '../../contract/product.ts';
import { exitCodes } from '../../scripts/cli/exit-codes.ts';
import { shortDigests } from '../../scripts/rollout/report/deploy-report.ts';
import { chain } from './chain.ts';
import { callClient, startClient, underLoad } from './client.ts';
import { getJson, type Images, kubectl, kubectlResult, leyenda, namespace, setup } from './cluster.ts';
import { printLedger, record, seconds } from './ledger.ts';
import { deploy, deployed, givePlatform, synthLocal } from './local-environment.ts';
import { whole } from './whole.ts';

const found = setup();

if ('missing' in found) test.skip(`skipped: ${found.missing}`, () => {});
else rollouts(found.images);

function rollouts(images: Images) {
  describe('Releases on a real cluster', () => {
    const step = chain();
    beforeAll(async () => {
      record('scenario', 'verdict', 'to verdict', 'to restored', 'in all', 'cause or figures');
      await kubectl(['delete', 'namespace', namespace, '--ignore-not-found', '--timeout=120s']);
    }, 180_000);
    afterAll(() => {
      printLedger();
    });

    step(
      'a first release is deployed with the rights of the deployer alone, and is what the files say',
      async () => {
        await givePlatform(images.one);
        const report = await deployed(images.one);
        const folder = await synthLocal(images.one);
        record('first install', report.outcome, '-', '-', seconds(report.seconds.total), report.state);
        // The autoscalers bring first pods company: a change of their own.
        await whole(90);
        for (const chart of ['data', 'service', 'edge']) {
          const diff = await kubectlResult(['diff', '--server-side', '--field-manager=leyenda', '-f', join(folder, `${chart}.yaml`)]);
          expect({ chart, code: diff.code, text: diff.stdout + diff.stderr }).toEqual({ chart, code: 0, text: '' });
        }
      },
      240,
    );

    step(
      'its pods run on real nodes under Pod Security restricted with a read-only root',
      async () => {
        const { metadata } = await getJson('namespace', namespace);
        expect(metadata.labels['pod-security.kubernetes.io/enforce']).toBe('restricted');
        const { items } = await getJson('pods', '-n', namespace, '-l', `${metadataKeys.component} in (api, graphql, worker)`);
        expect(items.length).toBeGreaterThanOrEqual(4);
        for (const pod of items) {
          expect((await getJson('node', pod.spec.nodeName)).metadata.labels.type).not.toBe('kwok');
          const write = await kubectlResult([
            'exec',
            '-n',
            namespace,
            pod.metadata.name,
            '--',
            'node',
            '-e',
            "require('fs').writeFileSync('/app/x', '')",
          ]);
          expect(write.stderr).toMatch(/EROFS|read-only/);
          const user = await kubectl(['exec', '-n', namespace, pod.metadata.name, '--', 'node', '-p', 'process.getuid()']);
          expect(user.trim()).toBe('1001');
          // The image's own HEALTHCHECK, as a container runtime would run it.
          await kubectl(['exec', '-n', namespace, pod.metadata.name, '--', 'node', '/app/healthcheck.js']);
        }
      },
      60,
    );

    step(
      'it answers a caption through its Service to the gateway',
      async () => {
        await startClient(images.one);
        const { status, body, release } = await callClient('caption');
        expect({ status, caption: body.caption }).toEqual({ status: 200, caption: expect.stringContaining('Cádiz') });
        const { spec } = await getJson('deployment', names.api, '-n', namespace);
        expect(release).toBe(spec.template.metadata.annotations[metadataKeys.release]);
        record('caption through the Service', 'ok', '-', '-', '-', body.caption);
      },
      120,
    );

    step(
      'deploying the same again writes nothing',
      async () => {
        const before = await getJson(
          'deployment,service,configmap,networkpolicy',
          '-n',
          namespace,
          '-l',
          `app.kubernetes.io/name=${namespace}`,
        );
        const { code, report } = await deploy(images.one);
        const after = await getJson(
          'deployment,service,configmap,networkpolicy',
          '-n',
          namespace,
          '-l',
          `app.kubernetes.io/name=${namespace}`,
        );
        const specs = (list: { items: { metadata: { uid: string; generation?: number } }[] }) =>
          list.items.map(({ metadata: { uid, generation } }) => `${uid} ${generation}`);
        expect(code).toBe(exitCodes.ok);
        expect(specs(after)).toEqual(specs(before));
        record('the same again', report.outcome, '-', '-', seconds(report.seconds.total), report.state);
      },
      60,
    );

    step(
      'a second release is rolled out under load without a failed request',
      async () => {
        const load = await underLoad(40, ['captions', 'captions on new connections'], () => deployed(images.two));
        const figures = `${load.sent} requests sent, ${load.failed} failed; longest ${load.longest} ms`;
        record('second release under load', load.result.outcome, '-', '-', seconds(load.result.seconds.total), figures);
        expect(load.releases).toHaveLength(2);
        expect({ failed: load.failed, failures: load.failures }).toEqual({ failed: 0, failures: [] });
      },
      240,
    );

    step(
      'drift shows a change by kubectl with its manager, and a rollback reverts it',
      async () => {
        const target = `deployment/${names.api}`;
        await kubectl(['rollout', 'status', target, '-n', namespace, '--timeout=60s']);
        expect((await leyenda('drift', 'local')).code).toBe(exitCodes.ok);
        await kubectl(['set', 'image', target, `api=${images.one}`, '-n', namespace]);
        await kubectl(['scale', target, '--replicas=3', '-n', namespace]);
        await kubectl(['rollout', 'status', target, '-n', namespace, '--timeout=60s']);
        const drift = await leyenda('drift', 'local');
        record('drift after kubectl set image', `exit ${drift.code}`, '-', '-', '-', drift.stdout.trim().split('\n').at(-1));
        expect(drift).toMatchObject({ code: exitCodes.different, stdout: expect.stringContaining(shortDigests(images.one)) });
        expect(drift.stdout).toContain('kubectl-set');
        const next = await leyenda('deploy', 'local', '--image', images.absent, '--json');
        expect({ code: next.code, text: next.stdout }).toEqual({ code: exitCodes.rejected, text: expect.stringContaining('kubectl-set') });
        const { releases } = JSON.parse((await leyenda('history', 'local', '--json')).stdout);
        const serving = releases.find(({ serves }: { serves: boolean }) => serves).revision;
        expect((await leyenda('rollback', 'local', String(serving))).code).toBe(exitCodes.ok);
        expect((await leyenda('drift', 'local')).code).toBe(exitCodes.ok);
        expect((await leyenda('gc', 'local', '--dry-run')).code).toBe(exitCodes.ok);
      },
      240,
    );

    // The others are put to the engine by the dozen: verdicts.test.ts.
    const bad = [
      { name: 'image not found', image: images.absent, code: 'image-not-found' },
      { name: 'crash loop', image: images.crash, code: 'crash-loop' },
    ];
    for (const { name, image, code } of bad) {
      step(
        `a failed release is detected and rolled back: ${name}`,
        async () => {
          const { code: exit, report } = await deploy(image);
          const { cause = '', code: found } = report.evidence ?? {};
          record(
            name,
            `${report.outcome} (${found})`,
            seconds(report.seconds.toVerdict),
            seconds(report.seconds.toRestored),
            seconds(report.seconds.total),
            cause,
          );
          expect({ exit, found }).toEqual({ exit: exitCodes.rolledBack, found: code });
          expect(report.seconds.toVerdict).toBeLessThan(5);
          const answer = await callClient('caption');
          expect(answer.status).toBe(200);
          const { spec } = await getJson('deployment', names.api, '-n', namespace);
          expect(spec.template.spec.containers[0].image).toBe(images.two);
          expect((await leyenda('verify', 'local')).code).toBe(exitCodes.ok);
        },
        300,
      );
    }

    step(
      'an earlier release is brought back by hand',
      async () => {
        const { code, stdout } = await leyenda('rollback', 'local', '--json');
        record(
          'rollback by hand',
          JSON.parse(stdout).outcome,
          '-',
          '-',
          seconds(JSON.parse(stdout).seconds?.total),
          JSON.parse(stdout).state,
        );
        expect(code).toBe(exitCodes.ok);
        const { spec } = await getJson('deployment', names.api, '-n', namespace);
        expect(spec.template.spec.containers[0].image).toBe(images.one);
      },
      120,
    );
  });
}
