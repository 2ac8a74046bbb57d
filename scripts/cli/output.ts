import { documentText } from './document.ts';
import type { CommandName } from './exit-codes.ts';
import { createLiveView, type Pending } from './live-view.ts';
import { endGroupCommand, errorCommand, groupCommand } from './workflow-log.ts';

/** Where a command writes: the two streams, and who reads them. */
export interface Streams {
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
  /** Somebody looks at a terminal that can move its cursor. */
  readonly terminal: boolean;
  /** Characters in a line of that terminal now; 80 where it is not known. */
  readonly columns?: () => number;
  /** Characters in a line of the terminal that standard error goes to; undefined if it is none. */
  readonly errorColumns?: () => number | undefined;
  /** The log of a GitHub workflow reads along: steps are folded, causes annotated. */
  readonly github?: boolean;
}

/**
 * What a command says while it runs. With `--json` the result is the only thing on standard output, progress goes to standard error.
 */
export interface Output {
  line(text: string): void;
  /** A part of the work begins; what follows belongs to it. */
  step(title: string): void;
  /**
   * What is waited for at the moment, nothing when the waiting is over. A terminal shows a line each, redrawn in place; elsewhere
   * each reason is said once.
   */
  showPending(...awaited: readonly Pending[]): void;
  /** Why all is for nothing: an annotation in a workflow's log. Elsewhere nothing, for the lines have said it. */
  annotate(title: string, cause: string): void;
  /** The result: `text` for people, `json` as the one document of `--json`. */
  result(text: string, json: object): void;
}

export function createOutput(streams: Streams, command: CommandName, json: boolean): Output {
  const progress = json ? streams.stderr : streams.stdout;
  const view = streams.terminal && !json ? createLiveView(streams.columns ?? (() => 80)) : undefined;
  const said = new Set<string>();
  let grouped = false;

  const line = (text: string) => progress.write(view === undefined ? `${text}\n` : view.above(text));
  const sayOnce = ({ object: what, reason: why }: Pending) => {
    const text = `… ${what}: ${why}`;
    if (!said.has(text)) line(text);
    said.add(text);
  };
  const now = (...awaited: readonly Pending[]) => {
    if (view === undefined) awaited.forEach(sayOnce);
    else progress.write(view.show(awaited));
  };
  const endStep = () => {
    now();
    if (grouped) line(endGroupCommand);
    grouped = false;
  };
  return {
    line,
    showPending: now,
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
