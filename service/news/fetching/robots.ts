import Robots from 'robots-parser/Robots.js';

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

/** Of 429, the host has the file but gives it later; other client errors mean that there is none (RFC 9309, section 2.3.1). */
const isMissing = (status: number) => status >= 400 && status < 500 && status !== 429;

/** What the robots.txt of its host says about a URL. */
export function rulesFor(url: URL, { status, text }: RobotsFile): RobotsRules {
  if (status !== null && isMissing(status)) return { verdict: 'allowed', crawlDelaySeconds: 0 };
  if (status === null || status < 200 || status >= 300) return { verdict: 'robots_unreachable', crawlDelaySeconds: 0 };
  const robots = new Robots(`${url.origin}/robots.txt`, text ?? '');
  const delay = robots.getCrawlDelay(productToken) ?? 0;
  return {
    verdict: robots.isAllowed(url.href, productToken) === false ? 'robots_disallowed' : 'allowed',
    crawlDelaySeconds: delay > 0 ? Math.min(delay, maxDelaySeconds) : 0,
  };
}
