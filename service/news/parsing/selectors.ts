import { parse, type Selector, SelectorType } from 'css-what';
import * as z from 'zod';

const maxLength = 200;
const maxSteps = 8;

/** Selectors that take time in proportion to the elements of a page: `:nth-child`, `:has` and `~` visit the siblings or descendants of each. */
const allowedPseudoClasses = new Set(['first-child', 'last-child', 'not', 'is', 'where', 'empty']);
const combinators = new Set<SelectorType>([SelectorType.Child, SelectorType.Descendant, SelectorType.Adjacent]);
const simple = new Set<SelectorType>([SelectorType.Tag, SelectorType.Universal, SelectorType.Attribute]);

function problemOf(token: Selector, isNested: boolean): string | undefined {
  if (simple.has(token.type)) return undefined;
  if (combinators.has(token.type)) return isNested ? 'a combinator within a pseudo-class' : undefined;
  if (token.type !== SelectorType.Pseudo) return 'a combinator or pseudo-element that is not supported';
  if (isNested || !allowedPseudoClasses.has(token.name)) return `:${token.name}${isNested ? ' within a pseudo-class' : ''}`;
  const inner = Array.isArray(token.data) ? token.data.flat() : [];
  return inner.map((each) => problemOf(each, true)).find((problem) => problem !== undefined);
}

function parsed(selector: string): Selector[][] | undefined {
  try {
    return parse(selector);
  } catch {
    return undefined;
  }
}

/** Why a selector cannot be used; undefined for one that can. */
export function selectorProblem(selector: string): string | undefined {
  if (selector.length > maxLength) return `It has more than ${maxLength} characters.`;
  const groups = parsed(selector);
  if (groups === undefined || groups.length === 0) return 'It is not a valid CSS selector.';
  const tokens = groups.flat();
  if (tokens.filter(({ type }) => combinators.has(type)).length > maxSteps) return `It has more than ${maxSteps} combinators.`;
  const problem = tokens.map((token) => problemOf(token, false)).find((each) => each !== undefined);
  return problem === undefined
    ? undefined
    : `It has ${problem}. Use elements, classes, attributes, " ", ">", "+", ":not()", ":first-child" and ":last-child".`;
}

const cssSelector = z.string().superRefine((selector, context) => {
  const message = selectorProblem(selector);
  if (message !== undefined) context.addIssue({ code: 'custom', message });
});

/** Where a list page has its articles: `item` finds each, the others what is in it. */
export const selectorsSchema = z.strictObject({
  item: cssSelector.describe('The element of each article.'),
  link: cssSelector.optional().describe('In the item, the link to the article. Default: the first link.'),
  title: cssSelector.optional().describe('In the item, the title. Default: the text of the link.'),
  summary: cssSelector.optional().describe('In the item, a summary.'),
  date: cssSelector
    .optional()
    .describe('In the item, the date: its attribute datetime or content, or its text. Default: the first time element.'),
  author: cssSelector.optional().describe('In the item, the author.'),
});
export type Selectors = z.infer<typeof selectorsSchema>;
