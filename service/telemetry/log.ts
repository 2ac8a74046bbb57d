import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import type { Settings } from '../../contract/settings.ts';
import { lineRedactor } from './redact-lines.ts';
import { traceFields } from './traced.ts';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child' | 'flush'>;

/** `,"timestamp":"…"`; formatted once per millisecond. */
function timestamps(): () => string {
  let at = 0;
  let text = '';
  return () => {
    const now = Date.now();
    if (now !== at) text = `,"timestamp":"${new Date(now).toISOString()}"`;
    at = now;
    return text;
  };
}

/**
 * Bytes of whole lines that are written at once: as many as a pipe takes without mixing them with those of another process (PIPE_BUF).
 * A longer line is written alone.
 */
const blockBytes = 4096;
/** Milliseconds after which a line is written at the latest. */
const flushMs = 100;

/** The number of pino's level `error`. */
const errorLevel = 50;

/**
 * Standard output in blocks; a line of level error or fatal is written at once, and everything when the process exits. Writes are
 * synchronous, as those of console.log: asynchronous ones are reordered or lost at an exit, and take more time.
 */
function standardOutput(): DestinationStream {
  const output = pino.destination({ fd: 1, sync: true, minLength: blockBytes - 1, maxWrite: blockBytes, periodicFlush: flushMs });
  process.on('exit', () => output.flushSync());
  const destination = {
    [pino.symbols.needsMetadataGsym]: true,
    /** Set by pino before each line. */
    lastLevel: 0,
    write(line: string) {
      output.write(line);
      if (destination.lastLevel >= errorLevel) output.flush();
    },
    flush: () => output.flush(),
  };
  return destination;
}

/** A line of level error or fatal with an error. */
export interface ErrorLine {
  readonly level: 'error' | 'fatal';
  readonly message: string;
  readonly error: Error;
  /** The fields of the line and of its logger. */
  readonly fields: Readonly<Record<string, unknown>>;
}

interface LogOptions {
  /** Fields of every line. */
  readonly base?: Readonly<Record<string, number>>;
  /** Masks secrets in a line. */
  readonly redact?: (line: string) => string;
  /** Called for each line of level error or fatal with an error. */
  readonly onError?: ((line: ErrorLine) => void) | undefined;
}

const hasError = (fields: unknown): fields is { readonly error: Error } =>
  typeof fields === 'object' && fields !== null && 'error' in fields && Error.isError(fields.error);

/** A logger whose level can change, with that of all its children. */
export interface RootLogger {
  readonly log: Logger;
  readonly level: () => string;
  setLevel(level: Settings['LOG_LEVEL']): void;
}

/**
 * JSON lines with timestamp, level, message, module, function and the fields of the event. Callers never pass headers, bodies or
 * credentials. Children are kept: a feature creates one, not a request.
 */
export function createRootLogger(
  level: Settings['LOG_LEVEL'],
  { base, redact = lineRedactor([]), onError }: LogOptions = {},
  destination: DestinationStream = standardOutput(),
): RootLogger {
  const children: { level: string }[] = [];
  const root = pino(
    {
      level,
      messageKey: 'message',
      errorKey: 'error',
      base: base ?? null,
      mixin: traceFields,
      timestamp: timestamps(),
      formatters: { level: (label: string) => ({ level: label }) },
      hooks: {
        streamWrite: redact,
        logMethod(args, method, number) {
          method.apply(this, args);
          if (onError === undefined || number < errorLevel) return;
          const [fields, message] = args;
          if (!hasError(fields)) return;
          onError({
            level: number === errorLevel ? 'error' : 'fatal',
            message: message ?? fields.error.message,
            error: fields.error,
            fields: { ...this.bindings(), ...fields },
          });
        },
      },
      onChild: (child) => void children.push(child),
    },
    destination,
  );
  return {
    log: root,
    level: () => root.level,
    setLevel(next) {
      for (const logger of [root, ...children]) logger.level = next;
    },
  };
}

export const createLogger = (level: Settings['LOG_LEVEL'], destination?: DestinationStream): Logger =>
  createRootLogger(level, {}, destination).log;
