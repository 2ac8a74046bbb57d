import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { deployments, environmentNames } from '../../manifests/environments/index.ts';
import { schemaId } from '../cli/document.ts';
import { time } from '../cli/document-fields.ts';
import { hostOf } from '../validate/checked-url.ts';
import { parseJson } from '../values/json.ts';
import { reasonOf } from '../values/reason.ts';
import { failed, NotCheckable } from './checklist.ts';
import { isLoopback } from './closed-ports.ts';

const maximumDays = 30;

const reportSchema = z.object({ schema: z.literal(schemaId('load')), target: z.string(), passed: z.boolean(), finished_at: time });

/**
 * The result of `leyenda load --json` in a file.
 * @param targets URLs or environments that are the same service. For production, a report of staging counts too: load may disturb users
 * @throws {NotCheckable} without a file
 */
export function loadReportDetail(file: string | undefined, targets: readonly string[]): string {
  if (file === undefined) throw new NotCheckable('pass --load-report FILE with the output of leyenda load --json');
  const remedy = `leyenda load URL --json > ${file}`;
  const parsed = reportSchema.safeParse(readReport(file, remedy));
  if (!parsed.success) throw failed(`${file} is not a report of leyenda load --json`, remedy);
  const { target, passed, finished_at: finished } = parsed.data;
  const accepted = targets.some(isProduction) ? [...targets, 'staging'] : targets;
  if (!accepted.map(serviceOf).includes(serviceOf(target)))
    throw failed(`${file} is the load test of ${target}, which does not count for ${targets[0]}`, `load one of ${accepted.join(', ')}`);
  const days = Math.floor((Date.now() - Date.parse(finished)) / 86_400_000);
  if (!passed) throw failed(`the load test of ${target} missed an objective, or was too short to measure one`, `see ${file}`);
  if (days > maximumDays) throw failed(`the load test of ${target} is ${days} days old`, remedy);
  return `${target} met its objectives, ${days} days ago`;
}

const isProduction = (target: string) => serviceOf(target) === serviceOf('production');

/** Host and port: an environment is the service at the host of its edge. */
function serviceOf(target: string): string {
  const environment = environmentNames.find((name) => name === target);
  const text = environment === undefined ? target : `https://${deployments[environment].edge.host}`;
  if (!URL.canParse(text)) return target;
  const url = new URL(text);
  const defaultPort = url.protocol === 'https:' ? '443' : '80';
  return `${isLoopback(url) ? 'localhost' : hostOf(url)} ${url.port || defaultPort}`;
}

function readReport(file: string, remedy: string): unknown {
  try {
    return parseJson(readFileSync(file, 'utf8'));
  } catch (error) {
    throw failed(`${file} cannot be read: ${reasonOf(error)}`, remedy);
  }
}
