import type { Kysely } from 'kysely';
import type { Tables } from '../../database/tables.ts';
import { type RobotsFile, rulesFor } from '../fetching/robots.ts';
import type { ComplianceFacts } from './compliance.ts';

export type RobotsFacts = Pick<ComplianceFacts, 'robots' | 'crawlDelaySeconds'>;

const findings = { allowed: 'allowed', robots_disallowed: 'disallowed', robots_unreachable: 'unreachable' } as const;

function robotsFacts(url: string, file: RobotsFile): RobotsFacts {
  const { verdict, crawlDelaySeconds } = rulesFor(new URL(url), file);
  return { robots: findings[verdict], crawlDelaySeconds };
}

/** What is known about robots.txt of the host of a URL, without a request. */
export async function knownRobots(on: Kysely<Tables>, url: string): Promise<RobotsFacts> {
  const row = await on
    .selectFrom('news_hosts')
    .select(['robots', 'robots_status', 'robots_read_at'])
    .where('host', '=', new URL(url).host)
    .executeTakeFirst();
  if (row === undefined || row.robots_read_at === null) return { robots: 'unknown', crawlDelaySeconds: 0 };
  return robotsFacts(url, { status: row.robots_status, text: row.robots });
}
