import { ports } from '../../contract/ports.ts';
import { defineCommand } from '../cli/command.ts';
import { checklistText, exitCodeOf, postflightItems } from '../readiness/checklist.ts';
import { readinessArguments, readinessDocument, readinessExits, readinessFlags } from '../readiness/interface.ts';

export const postflight = defineCommand({
  name: 'postflight',
  summary: 'make the eight checks after a deploy: health, metrics, dashboards, alerts, logs, service levels, security, documentation',
  args: readinessArguments,
  flags: {
    ...readinessFlags,
    grafana: { type: 'string', doc: 'URL of its Grafana; an environment in a cluster needs none' },
    log: { type: 'string', doc: 'file with the standard output of the process, for a URL' },
  },
  description: [
    'Checks the target itself: the cluster of KUBECONFIG, Docker Compose in this folder (--compose), or a running service by its URL. Every item is ok, failed with its cause and its fix, or not checkable from here with the reason.',
    'In a cluster it writes nothing. By URL it makes the checks of leyenda validate, which create a user and delete it, and need LEYENDA_API_KEY, an API key with the permission Admin.',
    'Grafana lists its dashboards after a login: the password of its user admin is read from the Secret of the bundled monitoring or, with --compose and a Grafana on this machine, from .secrets/monitoring.',
  ],
  examples: [
    ['leyenda postflight production', 'after a deploy'],
    [
      'leyenda postflight production --compose --prometheus http://localhost:9090 --grafana http://localhost:3000',
      'a host with Docker Compose',
    ],
    [`LEYENDA_API_KEY=… leyenda postflight http://localhost:${ports.http}`, 'npm start'],
  ],
  exits: readinessExits,
  related: ['preflight', 'verify', 'validate', 'drift', 'slo', 'security'],
  document: readinessDocument,
  async run({ args, flags }, context) {
    // It loads cdk8s, which takes long.
    const { postflight: check } = await import('../readiness/run.ts');
    const { compose, host, prometheus, grafana, log } = flags;
    const items = await check({ target: args.target, compose, host, prometheus, grafana, loadReport: undefined, logFile: log }, context);
    const code = exitCodeOf(items);
    context.out.result(checklistText(postflightItems, items), { target: args.target, passed: code === 0, items });
    return code;
  },
});
