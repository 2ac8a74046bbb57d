import * as z from 'zod';
import { ports } from '../../contract/ports.ts';
import { names } from '../../contract/product.ts';
import { team } from '../../contract/team.ts';
import { defineCommand } from '../cli/command.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { timeout } from '../cli/options.ts';
import { credentialVariable } from '../validate/check.ts';
import { checkedUrl } from '../validate/checked-url.ts';
import { checkNames, validate as runChecks } from '../validate/checks.ts';

export const validate = defineCommand({
  name: 'validate',
  summary: 'make five checks of a running service, on any host',
  args: { url: { doc: 'base URL, without a path', default: `http://localhost:${ports.http}` } },
  flags: {
    host: { type: 'string', doc: 'Host header, if TRUSTED_HOSTS does not contain the host of the URL, such as through a port-forward' },
    timeout: { ...timeout, doc: 'maximum time for each check', default: 30 },
  },
  description: [
    'Makes five checks of a running service: /health returns healthy; /metrics has a request counter; a user can be created; /cache/stats returns connected_clients; ten requests of /health succeed within the timeout, with their average time.',
    'It creates one user with a random name and password, and deletes it. LEYENDA_API_KEY must be a key with the permission Admin, which creates users and reads /metrics through an edge.',
  ],
  examples: [
    ['LEYENDA_API_KEY=… leyenda validate', `npm start or compose.yaml, at http://localhost:${ports.http}`],
    [`LEYENDA_API_KEY=… leyenda validate https://${team.stagingHost} --timeout 10`, 'through the edge'],
    [
      `LEYENDA_API_KEY=… leyenda validate http://localhost:${ports.http} --host ${team.host}`,
      `after: kubectl port-forward deployment/${names.api} ${ports.http}`,
    ],
  ],
  exits: { different: 'a check failed; one line for each check' },
  related: ['verify', 'compose'],
  document: {
    url: z.url(),
    passed: z.boolean(),
    checks: z.array(
      z.strictObject({
        check: z.enum(checkNames),
        passed: z.boolean(),
        detail: z.string(),
      }),
    ),
  },
  async run({ args, flags }, { out, signal, env }) {
    const baseUrl = checkedUrl(args.url);
    const results = await runChecks({
      baseUrl,
      host: flags.host,
      credential: env[credentialVariable],
      timeoutSeconds: flags.timeout,
      signal,
    });
    const passed = results.every((result) => result.passed);
    const lines = results.map((result) => `${result.passed ? 'ok' : 'failed'} ${result.check}: ${result.detail}`);
    out.result(lines.join('\n'), { url: baseUrl, passed, checks: results });
    return passed ? exitCodes.ok : exitCodes.different;
  },
});
