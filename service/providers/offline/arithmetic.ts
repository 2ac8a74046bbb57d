/** The characters of an expression; none of them can call, read or assign anything. */
const run = /(?<![\p{L}\p{N}_.])[\d(+-][\d.\s()*/+%^-]*/gu;
const token = /\d+(?:\.\d+)?|\*\*|[-+*/%()]/g;
/** May be a date, a range or "24/7", unless the text has a cue to compute it. */
const ambiguous = /^\d+ [-/] \d+$/;
const cue = /=|\?|calc|comput|how much|what(?:'s| is)|sum|cuánto|resultado|suma/iu;
const spelled: Readonly<Record<string, string>> = { '×': '*', '÷': '/', '−': '-', '^': '**' };

/**
 * The first arithmetic expression of a text as JavaScript: numbers, `+ - * / % ** ^` and parentheses and nothing else.
 * Undefined if there is none, and for text that only looks like one.
 */
export function findArithmetic(text: string): string | undefined {
  const plain = text.replace(/[×÷−^]/g, (sign) => spelled[sign] ?? sign);
  let wanted: boolean | undefined;
  for (const { 0: found, index } of plain.matchAll(run)) {
    const next = plain.charAt(index + found.length);
    if (/[\p{L}_]/u.test(next) && !/\s$/.test(found)) continue;
    const code = asCode(found);
    if (code === undefined) continue;
    wanted ??= cue.test(plain);
    if (wanted || !ambiguous.test(code)) return code;
  }
  return undefined;
}

function asCode(found: string): string | undefined {
  const tokens = trimmed(found.match(token) ?? []);
  // Text outside the tokens, such as the second point of 1.2.3, shows that it is not arithmetic.
  const covered =
    found
      .replaceAll(token, ' ')
      .replace(/\.\s*$/, '')
      .trim() === '';
  const operators = tokens.filter((each) => /^[-+*/%]/.test(each));
  const dated = tokens.length > 3 && /^\d+([-/]\d+){2,}$/.test(found.trim());
  if (operators.length === 0 || dated || !covered || !isExpression(tokens)) return undefined;
  return tokens
    .map((each) => each.replace(/^0+(?=\d)/, ''))
    .join(' ')
    .replaceAll('( ', '(')
    .replaceAll(' )', ')');
}

const count = (tokens: readonly string[], wanted: string) => tokens.filter((each) => each === wanted).length;

/** Without the parts of the surrounding sentence: a trailing operator, an unmatched parenthesis. */
function trimmed(tokens: readonly string[]): readonly string[] {
  let excess = count(tokens, '(') - count(tokens, ')');
  let [start, end] = [0, tokens.length];
  while (start < end) {
    const [first = '', last = ''] = [tokens[start], tokens[end - 1]];
    if (/^[-+*/%(]/.test(last) || (last === ')' && excess < 0)) {
      excess += last === '(' ? -1 : last === ')' ? 1 : 0;
      end -= 1;
    } else if (first === '(' && excess > 0) {
      excess -= 1;
      start += 1;
    } else break;
  }
  return tokens.slice(start, end);
}

/** Numbers and operators alternate, parentheses match; a value may have one sign, but not in an expression with a power (a syntax error). */
function isExpression(tokens: readonly string[]): boolean {
  let depth = 0;
  let wantsValue = true;
  let afterSign = false;
  let signed = false;
  for (const each of tokens) {
    const isValue = /[\d(]/.test(each);
    const isSign: boolean = wantsValue && !afterSign && /^[-+]$/.test(each);
    if (each === ')' ? wantsValue || depth === 0 : wantsValue !== (isValue || isSign)) return false;
    depth += each === '(' ? 1 : each === ')' ? -1 : 0;
    wantsValue = isSign || each === '(' || !(isValue || each === ')');
    afterSign = isSign;
    signed ||= isSign;
  }
  return !wantsValue && depth === 0 && !(signed && tokens.includes('**'));
}
