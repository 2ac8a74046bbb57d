import { type Handler, Parser } from 'htmlparser2';

/** htmlparser2 moves its list of open elements at each tag: without a limit, the time for nested elements grows with their square. */
const maxDepth = 500;
/** Memory: an element takes about 200 bytes. */
const maxElements = 500_000;

const stop = Symbol('stop');

export interface MarkupHandler {
  /** Returns false to stop. */
  readonly open: (name: string, attributes: Readonly<Record<string, string>>) => boolean | undefined;
  /** Returns false to stop. */
  readonly text: (text: string) => boolean | undefined;
  readonly close: (name: string) => void;
}

/** Reads XML or HTML as far as its limits; every sequence of characters is accepted. What XML has not closed at its end remains open. */
export function readMarkup(text: string, xmlMode: boolean, handler: MarkupHandler): void {
  let depth = 0;
  let elements = 0;
  const proceed = (isStopped: boolean) => {
    if (isStopped) throw stop;
  };
  const callbacks: Partial<Handler> = {
    onopentag(name, attributes) {
      depth += 1;
      elements += 1;
      proceed(depth > maxDepth || elements > maxElements || handler.open(name, attributes) === false);
    },
    ontext: (data) => proceed(handler.text(data) === false),
    onclosetag(name) {
      depth -= 1;
      handler.close(name);
    },
  };
  try {
    const parser = new Parser(callbacks, { xmlMode, lowerCaseTags: true, lowerCaseAttributeNames: true, recognizeCDATA: true });
    parser.write(text);
    if (!xmlMode) parser.end();
  } catch (error) {
    if (error !== stop) throw error;
  }
}
