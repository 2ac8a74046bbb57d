const expression = /(?<![\p{L}\p{N}_.])[-+]?(?:\(\s*)*\d[\d.\s()*/+%^-]*[-*/+%^](?:[\s(*-])*\d[\d.\s()*/+%^-]*/u;
const token = /\d+(?:\.\d+)?|\*\*|[-+*/%()]/g;

/**
 * The first arithmetic expression of a text as JavaScript: digits, `+ - * / % ** ^` and parentheses and nothing else.
 * Undefined where there is none, and for what only looks like one: a date, a telephone number, a range of years.
 */
export function findArithmetic(text: string): string | undefined {
  const found = expression.exec(text.replaceAll('×', '*').replaceAll('÷', '/').replaceAll('−', '-'))?.[0];
  if (found === undefined) return undefined;
  const code = found
    .replaceAll('^', '**')
    .trim()
    .replace(/[.\s]+$/, '');
  const bare = code.replace(/\s+/g, ' ');
  if (/^\d+([-/])\d+(?:\1\d+)+$/.test(bare) || /^\d{4}-\d{2,4}$/.test(bare)) return undefined;
  const tokens = bare.match(token) ?? [];
  return tokens.join('').length === bare.replaceAll(' ', '').length && isExpression(tokens) ? bare : undefined;
}

/** Numbers and operators take turns, parentheses match; a sign may stand before a number. */
function isExpression(tokens: readonly string[]): boolean {
  let depth = 0;
  let wantsValue = true;
  for (const each of tokens) {
    if (/\d/.test(each)) {
      if (!wantsValue) return false;
      wantsValue = false;
    } else if (each === '(') {
      if (!wantsValue) return false;
      depth += 1;
    } else if (each === ')') {
      if (wantsValue || depth === 0) return false;
      depth -= 1;
    } else if (!wantsValue) wantsValue = true;
    else return false;
  }
  return !wantsValue && depth === 0;
}
