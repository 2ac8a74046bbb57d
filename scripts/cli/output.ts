/** Where a command writes: the two streams, and whether somebody looks at a terminal. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  readonly terminal: boolean;
}

/**
 * What a command says while it runs. With `--json` the result is the only thing on standard output,
 * progress goes to standard error. On a terminal `now` rewrites one line; elsewhere it writes a line for each text it has not said yet.
 */
export interface Output {
  line(text: string): void;
  /** The current state of something that takes time. */
  now(text: string): void;
  /** The result: `text` for people, `json` as the one document of `--json`. */
  result(text: string, json: unknown): void;
}

const eraseLine = '\r\u001b[2K';

export function createOutput(streams: Streams, json: boolean): Output {
  const progress = json ? streams.stderr : streams.stdout;
  const live = streams.terminal && !json;
  let current = '';
  const said = new Set<string>();
  const clear = () => {
    if (live && current !== '') progress.write(eraseLine);
    current = '';
  };
  const line = (text: string) => {
    clear();
    progress.write(`${text}\n`);
  };
  return {
    line,
    now(text) {
      if (text === current) return;
      if (live) progress.write(`${eraseLine}… ${text}`);
      else if (!said.has(text)) progress.write(`… ${text}\n`);
      said.add(text);
      current = text;
    },
    result(text, document) {
      clear();
      streams.stdout.write(json ? `${JSON.stringify(document, null, 2)}\n` : text === '' ? '' : `${text}\n`);
    },
  };
}
