import { stripVTControlCharacters } from 'node:util';

/** Something that is waited for. */
export interface Pending {
  /** Which thing: `Deployment/api`. */
  readonly object: string;
  /** Why it is not there yet. */
  readonly reason: string;
  /** When patience with it ends, by this machine's clock. */
  readonly deadline?: Date;
}

/** Text that redraws a block of lines in place. */
export interface LiveView {
  /** Shows this instead of what is shown; nothing clears it. */
  show(awaited: readonly Pending[]): string;
  /** Lines that stay, above the block. */
  above(text: string): string;
}

const toEndOfLine = '\u001b[K';
const toEndOfScreen = '\u001b[J';

/**
 * One line for each thing that is waited for, how long it has been waited for, and when patience ends. Each frame is one write that
 * overwrites the last one, so that nothing flickers; a line is cut to the width of the terminal, for one that wraps could not be found again.
 * @param columns the width of the terminal now
 */
export function createLiveView(columns: () => number, now: () => number = Date.now): LiveView {
  const since = new Map<string, number>();
  let shown: readonly Pending[] = [];
  let drawn: readonly string[] = [];

  const frame = (): string[] => shown.map((one) => cut(textOf(one, now(), since.get(one.object) ?? now()), columns() - 1));
  /** To where the block begins; the cursor stands at the end of its last line, or of more lines where the terminal became narrower. */
  const home = () => {
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil([...line].length / columns())), 0);
    return rows > 1 ? `\r\u001b[${rows - 1}A` : '\r';
  };
  const draw = (before: string): string => {
    const lines = frame();
    const back = drawn.length > 0 ? home() : '';
    drawn = lines;
    return `${back}${before}${lines.map((line) => `${line}${toEndOfLine}`).join('\n')}${back === '' ? '' : toEndOfScreen}`;
  };
  return {
    show(awaited) {
      const present = new Set(awaited.map(({ object: what }) => what));
      for (const what of since.keys()) if (!present.has(what)) since.delete(what);
      for (const what of present) if (!since.has(what)) since.set(what, now());
      shown = awaited;
      const before = drawn.join('\n');
      return frame().join('\n') === before ? '' : draw('');
    },
    above: (text) => draw(`${text.replaceAll('\n', `${toEndOfLine}\n`)}${toEndOfLine}\n`),
  };
}

function textOf({ object: what, reason: why, deadline: until }: Pending, nowMs: number, sinceMs: number): string {
  const left = until === undefined ? '' : ` (gives up in ${seconds(until.getTime() - nowMs)})`;
  return `… ${what} ${seconds(nowMs - sinceMs)}: ${why}${left}`;
}

const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 1000))} s`;

/** One line of at most so many characters, without what would move the cursor. */
function cut(text: string, width: number): string {
  const characters = [...stripVTControlCharacters(text).replaceAll(/[\s\p{Cc}]+/gu, ' ')];
  return characters.length <= width ? characters.join('') : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
