import { productToken } from '../fetching/robots.ts';
import type { ReservationFinding } from './compliance.ts';

type Headers = Readonly<Record<string, string | readonly string[] | undefined>>;

const linesOf = (headers: Headers, name: string): readonly string[] => [headers[name] ?? []].flat();

/** Directives of X-Robots-Tag that forbid what the service does: to show a summary, and to analyse it. `noindex` is usual for feeds. */
const forbidding = new Set(['nosnippet', 'noai']);

/** Directives of a line for all robots or for this one: `otherbot: noai` is for another one. */
function directivesOf(line: string): string[] {
  const [, robot, directives = line] = line.match(/^\s*([\w-]+)\s*:(.*)$/) ?? [];
  if (robot !== undefined && robot.toLowerCase() !== productToken.toLowerCase()) return [];
  return directives.split(',').map((directive) => directive.trim().toLowerCase());
}

/**
 * Whether the headers of a response reserve rights against automatic use: the TDM Reservation Protocol
 * (https://www.w3.org/community/reports/tdmrep/CG-FINAL-tdmrep-20240510/) or X-Robots-Tag.
 */
export function reservationOf(headers: Headers): ReservationFinding {
  const isReserved =
    linesOf(headers, 'tdm-reservation').some((value) => value.trim() === '1') ||
    linesOf(headers, 'x-robots-tag')
      .flatMap(directivesOf)
      .some((directive) => forbidding.has(directive));
  return isReserved ? 'reserved' : 'none';
}
