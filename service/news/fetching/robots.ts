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

const ownNames = [productToken.toLowerCase(), '*'];
const agentLine = /^\s*user-agent\s*:([^#]*)/i;
const isDirective = (line: string) => /^\s*[^\s#:][^#:]*:/.test(line);

/**
 * Gives all other robots one name, once per group: the parser stores a copy of each rule for each name of a group, so that a file of some
 * thousand names would use up the memory.
 */
function withoutOtherNames(text: string): string {
  const lines: string[] = [];
  const group = new Set<string>();
  let isNewGroup = true;
  for (const line of text.split(/\r\n|\r|\n/)) {
    const agent = agentLine.exec(line)?.[1];
    if (agent === undefined) {
      if (isDirective(line)) isNewGroup = true;
      lines.push(line);
      continue;
    }
    if (isNewGroup) group.clear();
    isNewGroup = false;
    const given = agent.split('/', 1)[0]?.trim().toLowerCase() ?? '';
    const name = ownNames.includes(given) ? given : 'other';
    if (!group.has(name)) lines.push(`User-agent: ${name}`);
    group.add(name);
  }
  return lines.join('\n');
}

const parse = (url: URL, text: string) => new Robots(`${url.origin}/robots.txt`, withoutOtherNames(text));
const isReadable = (status: number | null) => status !== null && status >= 200 && status < 300;

function delayOf(robots: Robots): number {
  const delay = robots.getCrawlDelay(productToken) ?? 0;
  return delay > 0 ? Math.min(delay, maxDelaySeconds) : 0;
}

/** Seconds between two requests that the robots.txt of the host of a URL requests; 0: none. */
export const crawlDelayOf = (url: URL, { status, text }: RobotsFile): number => (isReadable(status) ? delayOf(parse(url, text ?? '')) : 0);

/** Of 429, the host has the file but gives it later; other client errors mean that there is none (RFC 9309, section 2.3.1). */
const isMissing = (status: number | null) => status !== null && status >= 400 && status < 500 && status !== 429;

/** What the robots.txt of its host says about a URL. */
export function rulesFor(url: URL, { status, text }: RobotsFile): RobotsRules {
  if (!isReadable(status)) return { verdict: isMissing(status) ? 'allowed' : 'robots_unreachable', crawlDelaySeconds: 0 };
  const robots = parse(url, text ?? '');
  const isAllowed = robots.isAllowed(url.href, productToken) !== false;
  return { verdict: isAllowed ? 'allowed' : 'robots_disallowed', crawlDelaySeconds: delayOf(robots) };
}
