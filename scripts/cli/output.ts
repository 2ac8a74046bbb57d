import { documentText } from './document.ts';
import { createLiveView, type Pending } from './live-view.ts';
import { endGroupCommand, errorCommand, groupCommand } from './workflow-log.ts';

/** The output streams of a command and their capabilities. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Standard output is an interactive terminal that can move its cursor. */
  readonly terminal: boolean;
  /** Current width of that terminal; default: 80. */
  readonly columns?: () => number;
  /** Current width of the terminal of standard error; undefined if it is not a terminal. */
  readonly errorColumns?: () => number | undefined;
  /** The output is the log of a GitHub workflow: steps are folded, failures annotated. */
  readonly github?: boolean;
}

/**
 * What a command prints while it runs. With `--json` standard output has only the result, and progress goes to standard error.
 */
export interface Output<Document extends object = object> {
  line(text: string): void;
  /** Starts a step; the following lines belong to it. */
  step(title: string): void;
  /**
   * Shows what the command waits for now; without arguments the wait is over. A terminal shows one line for each object, redrawn in
   * place; other outputs print each reason once.
   */
  showPending(...pending: readonly Pending[]): void;
  /** Annotates a failure in the log of a GitHub workflow; other outputs have printed it as lines. */
  annotate(title: string, cause: string): void;
  /** The result: `text` for people, `json` as the one document of `--json`. */
  result(text: string, json: Document): void;
}

export function createOutput(streams: Streams, command: string, json: boolean): Output {
  const progress = json ? streams.stderr : streams.stdout;
  const view = streams.terminal && !json ? createLiveView(streams.columns ?? (() => 80)) : undefined;
  const printed = new Set<string>();
  let grouped = false;

  const line = (text: string) => progress.write(view === undefined ? `${text}\n` : view.above(text));
  const printOnce = ({ object, reason }: Pending) => {
    const text = `… ${object}: ${reason}`;
    if (!printed.has(text)) line(text);
    printed.add(text);
  };
  const showPending = (...pending: readonly Pending[]) => {
    if (view === undefined) pending.forEach(printOnce);
    else progress.write(view.show(pending));
  };
  const endStep = () => {
    showPending();
    if (grouped) line(endGroupCommand);
    grouped = false;
  };
  return {
    line,
    showPending,
    step(title) {
      endStep();
      grouped = streams.github === true;
      line(grouped ? groupCommand(title) : title);
    },
    annotate(title, cause) {
      endStep();
      if (streams.github === true) line(errorCommand(title, cause));
    },
    result(text, document) {
      endStep();
      streams.stdout.write(json ? documentText(command, document) : text === '' ? '' : `${text}\n`);
    },
  };
}
