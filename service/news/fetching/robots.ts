import { groupOf, isAllowedBy, type RobotsGroup } from './robots-group.ts';

/** The name that robots.txt rules are matched with; it starts the User-Agent header (RFC 9309, section 2.2.1). */
export const productToken = 'Leyenda';

/** The robots.txt of a host as it was read. */
export interface RobotsFile {
  /** Null: no response arrived. */
  readonly status: number | null;
  readonly text: string | null;
}

/** The part that is parsed (RFC 9309, section 2.5). */
export const maxRobotsBytes = 500 * 1024;
const maxDelaySeconds = 86_400;

export interface RobotsRules {
  readonly verdict: 'allowed' | 'robots_disallowed' | 'robots_unreachable';
  /** 0: none. */
  readonly crawlDelaySeconds: number;
}

const parse = (text: string | null) => groupOf(text ?? '', productToken);
const isReadable = (status: number | null) => status !== null && status >= 200 && status < 300;

const delayOf = ({ crawlDelay }: RobotsGroup) => (crawlDelay > 0 ? Math.min(crawlDelay, maxDelaySeconds) : 0);

/** Seconds between two requests that a robots.txt requests; 0: none. */
export const crawlDelayOf = ({ status, text }: RobotsFile): number => (isReadable(status) ? delayOf(parse(text)) : 0);

/** Of 429, the host has the file but gives it later; other client errors mean that there is none (RFC 9309, section 2.3.1). */
const isMissing = (status: number | null) => status !== null && status >= 400 && status < 500 && status !== 429;

/** What the robots.txt of its host says about a URL. */
export function rulesFor(url: URL, { status, text }: RobotsFile): RobotsRules {
  if (!isReadable(status)) return { verdict: isMissing(status) ? 'allowed' : 'robots_unreachable', crawlDelaySeconds: 0 };
  const group = parse(text);
  return { verdict: isAllowedBy(group, url) ? 'allowed' : 'robots_disallowed', crawlDelaySeconds: delayOf(group) };
}
