import { exitCodes } from '../../service/contract/cli.ts';
import type { Handlers } from '../cli/context.ts';
import { Failure } from '../cli/failure.ts';
import { validate } from '../validate/checks.ts';

/** Asks a running service whether it works; one line a check. */
export const validateCommand: Handlers['validate'] = async ({ args, flags }, { out, signal, env }) => {
  const baseUrl = checkedUrl(args.url);
  const results = await validate({ baseUrl, credential: env.LEYENDA_API_KEY, timeoutSeconds: flags.timeout, signal });
  const passed = results.every((result) => result.passed);
  const lines = results.map((result) => `${result.passed ? 'ok' : 'failed'} ${result.check}: ${result.detail}`);
  out.result(lines.join('\n'), { url: baseUrl, passed, checks: results });
  return passed ? exitCodes.ok : exitCodes.different;
};

/** @throws {Failure} `usage` for anything but the address of a server */
function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new Failure('usage', `${text} is no address`, 'give it as http://HOST:PORT, without a path');
  return url.href.replace(/\/$/, '');
}
