/** Default maximum number of blocks. */
const mostBlocks = 8;

const languages = new Set(['js', 'javascript']);
const opening = /^( {0,3})(`{3,}|~{3,})(.*)/s;
const closing = /^ {0,3}(`{3,}|~{3,})[ \t]*$/;

interface Fence {
  readonly mark: string;
  readonly indent: number;
  readonly wanted: boolean;
  readonly lines: string[];
}

function open(line: string): Fence | undefined {
  const [, indent = '', mark = '', info = ''] = opening.exec(line) ?? [];
  // Backticks after backticks are code within a line.
  if (mark === '' || (mark.startsWith('`') && info.includes('`'))) return undefined;
  const [language = ''] = info.trim().toLowerCase().split(/\s/, 1);
  return { mark, indent: indent.length, wanted: languages.has(language), lines: [] };
}

const closes = (line: string, { mark }: Fence) => closing.exec(line)?.[1]?.startsWith(mark) === true;

/** Removes the indentation of the fence. */
const outdented = (line: string, indent: number) => line.slice(Math.min(indent, /^ */.exec(line)?.[0].length ?? 0));

/**
 * The JavaScript of a Markdown text: its fenced blocks marked `js` or `javascript`, as CommonMark 0.31 §4.5 reads them at the top level.
 * A block without an end is skipped: the answer was truncated, and half of a program may have another effect.
 */
export function javascriptBlocks(text: string, most: number = mostBlocks): readonly string[] {
  const blocks: string[] = [];
  let fence: Fence | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (blocks.length >= most) break;
    if (fence === undefined) fence = open(line);
    else if (!closes(line, fence)) fence.lines.push(outdented(line, fence.indent));
    else {
      if (fence.wanted) blocks.push(fence.lines.join('\n'));
      fence = undefined;
    }
  }
  return blocks;
}
