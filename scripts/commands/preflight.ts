import { ports } from '../../contract/ports.ts';
import { defineCommand } from '../cli/command.ts';
import { checklistText, exitCodeOf, preflightItems } from '../readiness/checklist.ts';
import { readinessArguments, readinessDocument, readinessExits, readinessFlags } from '../readiness/interface.ts';

export const preflight = defineCommand({
  name: 'preflight',
  summary: 'make the eight checks before a deploy: settings, TLS, keys, database, monitoring, backups, firewall, load test',
  args: readinessArguments,
  flags: { ...readinessFlags, 'load-report': { type: 'string', doc: 'file with the output of leyenda load --json, of the same target' } },
  description: [
    'Checks the target itself: the cluster of KUBECONFIG, Docker Compose in this folder (--compose), or a running service by its URL. Every item is ok, failed with its cause and its fix, or not checkable from here with the reason. It writes nothing.',
    'In a cluster it reads the Secret, which the deployer may not: use an account that may, or the two items are not checkable. A URL needs LEYENDA_API_KEY, an API key with the permission Admin.',
    'A load test counts for 30 days, and for its own target: the environment, the URL of its edge, or the same host and port. For production one of staging counts too, because a load test may disturb users.',
  ],
  examples: [
    ['leyenda preflight production', 'before the first deploy, and before each large change'],
    ['leyenda preflight staging --compose', 'a host with Docker Compose'],
    [`LEYENDA_API_KEY=… leyenda preflight http://localhost:${ports.http}`, 'npm start'],
  ],
  exits: readinessExits,
  related: ['postflight', 'secrets', 'security', 'deploy'],
  document: readinessDocument,
  async run({ args, flags }, context) {
    // It loads cdk8s, which takes long.
    const { preflight: check } = await import('../readiness/run.ts');
    const { compose, host, prometheus } = flags;
    const items = await check(
      { target: args.target, compose, host, prometheus, grafana: undefined, loadReport: flags['load-report'], logFile: undefined },
      context,
    );
    const code = exitCodeOf(items);
    context.out.result(checklistText(preflightItems, items), { target: args.target, passed: code === 0, items });
    return code;
  },
});
