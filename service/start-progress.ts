import type { Logger } from './telemetry/log.ts';

/** Reports a step of the start, before the step runs. */
export type ReportStep = (step: string) => void;

interface Output {
  readonly isTTY?: boolean;
  write(text: string): unknown;
}

/** Prints steps as text for a person at a terminal; elsewhere they are log lines, so that programs can parse each line. */
export const stepReporter = (log: Logger, output: Output): ReportStep =>
  output.isTTY === true
    ? (step) => void output.write(`${step} …\n`)
    : (step) => {
        log.info(step);
        // The next step may keep the process busy for longer than the log waits.
        log.flush();
      };
