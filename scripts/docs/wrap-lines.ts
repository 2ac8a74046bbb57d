/** Longest line of prose in a document. */
export const maxLineLength = 160;

/** A word that starts a list, a heading, a quotation or a table if it is the first of a line. */
const startsBlock = /^(?:[-+*#>|]|\d+[.)](?: |$))/;

function wrapLine(line: string): string[] {
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
  return [...lines, current];
}

/** Breaks the lines of prose that are too long; blocks of code, diagrams and tables stay as they are. */
export function wrapLines(markdown: string): string {
  let isCode = false;
  const lines = markdown.split('\n');
  return lines
    .flatMap((line, at) => {
      if (line.trimStart().startsWith('```')) isCode = !isCode;
      if (isCode || line.trimStart().startsWith('|') || line.length <= maxLineLength) return [line];
      const wrapped = wrapLine(line);
      const next = lines[at + 1]?.trim() ?? '';
      if (next === '' || startsBlock.test(next) || next.startsWith('```')) return wrapped;
      // The rest starts the next line of the paragraph.
      lines[at + 1] = `${wrapped.at(-1)} ${next}`;
      return wrapped.slice(0, -1);
    })
    .join('\n');
}
