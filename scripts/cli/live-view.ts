import { stripVTControlCharacters } from 'node:util';

/** Something that a command waits for. */
export interface Pending {
  /** Such as `Deployment/api`. */
  readonly object: string;
  /** Why it is not ready. */
  readonly reason: string;
  /** When the command stops waiting for it, by the clock of this machine. */
  readonly deadline?: Date;
}

/** Produces the text that redraws a block of lines in place. */
export interface LiveView {
  /** Replaces the block; without items it is cleared. */
  show(pending: readonly Pending[]): string;
  /** Prints permanent lines above the block. */
  above(text: string): string;
}

const eraseToEndOfLine = '\u001b[K';
const eraseToEndOfScreen = '\u001b[J';

/**
 * Shows one line for each pending object: how long it has been pending, the reason, and the time left. Each frame is one write that
 * overwrites the last one, so nothing flickers. Lines are truncated to the width of the terminal, because a wrapped line takes more rows.
 * (log-update hard-wraps permanent lines, which users copy, and leaves rows behind when the terminal becomes narrower.)
 * @param columns returns the current width of the terminal
 */
export function createLiveView(columns: () => number, now: () => number = Date.now): LiveView {
  const since = new Map<string, number>();
  let items: readonly Pending[] = [];
  let drawn: readonly string[] = [];

  const frame = (): string[] => items.map((item) => truncate(textOf(item, now(), since.get(item.object) ?? now()), columns() - 1));
  /** Moves the cursor from the last row of the block to the first; in a narrower terminal the drawn lines take more rows. */
  const home = () => {
    const rows = drawn.reduce((sum, line) => sum + Math.max(1, Math.ceil([...line].length / columns())), 0);
    return rows > 1 ? `\r\u001b[${rows - 1}A` : '\r';
  };
  const draw = (before: string): string => {
    const lines = frame();
    const start = drawn.length > 0 ? home() : '';
    drawn = lines;
    return `${start}${before}${lines.map((line) => `${line}${eraseToEndOfLine}`).join('\n')}${start === '' ? '' : eraseToEndOfScreen}`;
  };
  return {
    show(pending) {
      const objects = new Set(pending.map(({ object }) => object));
      for (const object of since.keys()) if (!objects.has(object)) since.delete(object);
      for (const object of objects) if (!since.has(object)) since.set(object, now());
      items = pending;
      return frame().join('\n') === drawn.join('\n') ? '' : draw('');
    },
    above: (text) => draw(`${text.replaceAll('\n', `${eraseToEndOfLine}\n`)}${eraseToEndOfLine}\n`),
  };
}

function textOf({ object, reason, deadline }: Pending, nowMs: number, sinceMs: number): string {
  const left = deadline === undefined ? '' : ` (times out in ${seconds(deadline.getTime() - nowMs)})`;
  return `… ${object} ${seconds(nowMs - sinceMs)}: ${reason}${left}`;
}

const seconds = (ms: number): string => `${Math.max(0, Math.round(ms / 1000))} s`;

/** One line of at most `width` characters, without control characters that would move the cursor. */
function truncate(text: string, width: number): string {
  const characters = [...stripVTControlCharacters(text).replaceAll(/[\s\p{Cc}]+/gu, ' ')];
  return characters.length <= width ? characters.join('') : `${characters.slice(0, Math.max(0, width - 1)).join('')}…`;
}
