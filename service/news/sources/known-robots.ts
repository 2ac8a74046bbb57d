import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { findRobots, hostOf } from '../fetching/hosts.ts';
import { rulesFor } from '../fetching/robots.ts';
import type { ComplianceFacts } from './compliance.ts';

export type RobotsFacts = Pick<ComplianceFacts, 'robots' | 'crawlDelaySeconds'>;

const findings = { allowed: 'allowed', robots_disallowed: 'disallowed', robots_unreachable: 'unreachable' } as const;

/** What is known about robots.txt of the host of a URL, without a request. */
export async function knownRobots(on: Kysely<Tables>, text: string): Promise<RobotsFacts> {
  const url = new URL(text);
  const file = await findRobots(on, hostOf(url));
  if (file === undefined) return { robots: 'unknown', crawlDelaySeconds: 0 };
  const { verdict, crawlDelaySeconds } = rulesFor(url, file);
  return { robots: findings[verdict], crawlDelaySeconds };
}
