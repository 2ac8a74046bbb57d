import type { Handlers } from '../cli/context.ts';
import { exitCodes } from '../cli/exit-codes.ts';
import { Failure } from '../cli/failure.ts';
import { type CheckResult, validate } from '../validate/checks.ts';

/** Checks that a running service works; one line for each check. */
export const validateCommand: Handlers['validate'] = async ({ args, flags }, { out, signal, env }) => {
  const baseUrl = checkedUrl(args.url);
  const given = flags['metrics-url'];
  const results = await validate({
    baseUrl,
    metricsUrl: given === undefined ? undefined : checkedUrl(given.replace(/\/metrics\/?$/, '')),
    host: flags.host,
    credential: env.LEYENDA_API_KEY,
    timeoutSeconds: flags.timeout,
    signal,
  });
  const passed = results.every((result) => result.passed);
  const lines = results.map((result) => `${wordFor(result)} ${result.check}: ${result.detail}`);
  out.result(lines.join('\n'), { url: baseUrl, passed, checks: results });
  return passed ? exitCodes.ok : exitCodes.different;
};

const wordFor = ({ passed, skipped }: CheckResult) => (skipped ? 'skipped' : passed ? 'ok' : 'failed');

/** @throws {Failure} `usage` unless the text is the address of a server */
function checkedUrl(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol))
    throw new Failure('usage', `${text} is no address`, 'give it as http://HOST:PORT, without a path');
  return url.href.replace(/\/$/, '');
}
