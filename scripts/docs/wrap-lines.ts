/** Longest line of prose in a document. */
export const maxLineLength = 160;

/** A word that starts a list, a heading, a quotation or a table if it is the first of a line. */
const startsBlock = /^(?:[-+*#>|]|\d+[.)]$)/;

function wrapLine(line: string): string {
  const lead = /^ *(?:(?:[-*]|\d+\.) )?/.exec(line)?.[0] ?? '';
  const indent = ' '.repeat(lead.length);
  const lines: string[] = [];
  let current = lead;
  for (const word of line.slice(lead.length).split(' ')) {
    const next = current === lead || current === indent ? current + word : `${current} ${word}`;
    if (next.length <= maxLineLength || startsBlock.test(word)) current = next;
    else {
      lines.push(current);
      current = indent + word;
    }
  }
  return [...lines, current].join('\n');
}

/** Breaks the lines of prose that are too long; blocks of code, diagrams and tables stay as they are. */
export function wrapLines(markdown: string): string {
  let isCode = false;
  return markdown
    .split('\n')
    .map((line) => {
      if (line.trimStart().startsWith('```')) isCode = !isCode;
      return isCode || line.trimStart().startsWith('|') || line.length <= maxLineLength ? line : wrapLine(line);
    })
    .join('\n');
}
