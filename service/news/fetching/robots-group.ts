interface Rule {
  readonly pattern: string;
  readonly isAllowed: boolean;
}

/** The rules for a robot. */
export interface RobotsGroup {
  readonly rules: Rule[];
  crawlDelay: number;
}

const upperCased = (text: string) => text.replace(/%[0-9a-f]{2}/gi, (encoded) => encoded.toUpperCase());
/** A pattern with the escapes that URLs have; without a valid encoding, as it is. */
function normalize(pattern: string): string {
  if (!pattern.isWellFormed()) return pattern;
  return upperCased(encodeURI(pattern).replaceAll('%25', '%'));
}

/** Names and values of the lines; other lines have no meaning (RFC 9309, section 2.2). */
function* directivesOf(text: string): Iterable<readonly [name: string, value: string]> {
  for (const line of text.split(/\r\n|\r|\n/)) {
    const [content = ''] = line.split('#', 1);
    const colon = content.indexOf(':');
    const name = content.slice(0, Math.max(colon, 0)).trim().toLowerCase();
    if (name !== '') yield [name, content.slice(colon + 1).trim()];
  }
}

/** The group of a robot, otherwise that of all robots; groups of the same name count as one, those without rules as none. */
export function groupOf(text: string, robot: string): RobotsGroup {
  const groups = new Map<string, RobotsGroup>();
  const wanted = [robot.toLowerCase(), '*'];
  const names = new Set<string>();
  let isHead = false;
  for (const [directive, value] of directivesOf(text)) {
    if (directive === 'user-agent') {
      if (!isHead) names.clear();
      const [name = ''] = value.toLowerCase().split('/', 1);
      if (wanted.includes(name.trim())) names.add(name.trim());
    }
    isHead = directive === 'user-agent';
    if (!['allow', 'disallow', 'crawl-delay'].includes(directive)) continue;
    for (const name of names) {
      const group = groups.getOrInsertComputed(name, () => ({ rules: [], crawlDelay: 0 }));
      if (directive !== 'crawl-delay') group.rules.push({ pattern: normalize(value), isAllowed: directive === 'allow' });
      else if (!Number.isNaN(Number(value))) group.crawlDelay = Number(value);
    }
  }
  return wanted.map((name) => groups.get(name)).find((group) => group !== undefined) ?? { rules: [], crawlDelay: 0 };
}

/** Whether a path starts as the pattern says. Each part between wildcards is searched once, after the one before. */
function matches(pattern: string, path: string): boolean {
  const isAnchored = pattern.endsWith('$');
  const [start = '', ...rest] = (isAnchored ? pattern.slice(0, -1) : pattern).split('*');
  if (!path.startsWith(start)) return false;
  const end = isAnchored ? rest.pop() : '';
  if (end === undefined) return path === start;
  let position = start.length;
  for (const part of rest) {
    const found = path.indexOf(part, position);
    if (found === -1) return false;
    position = found + part.length;
  }
  return path.length - end.length >= position && path.endsWith(end);
}

/** Characters that wildcards are searched in: about 30 ms. A host that needs more, for a URL of its own, gets no request. */
const maxSearched = 2_000_000;

/** Whether a group allows a URL: the longest pattern decides, of two equally long ones the one that allows. */
export function isAllowedBy({ rules }: RobotsGroup, url: URL): boolean {
  const path = upperCased(url.pathname + url.search);
  // An empty pattern disallows nothing.
  let decisive: Rule = { pattern: '', isAllowed: true };
  let searched = 0;
  for (const rule of rules) {
    const isDecisive = rule.pattern.length > decisive.pattern.length || (rule.pattern.length === decisive.pattern.length && rule.isAllowed);
    if (!isDecisive) continue;
    if (rule.pattern.includes('*')) searched += path.length;
    if (searched > maxSearched) return false;
    if (matches(rule.pattern, path)) decisive = rule;
  }
  return decisive.isAllowed;
}
