import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import type { Settings } from '../../contract/settings.ts';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>;

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

/** Standard output in blocks: written at 4 KB, after 100 ms, and when the process exits. */
const standardOutput = () => pino.destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 100 });

/**
 * JSON lines with timestamp, level, message, module, function and the fields of the event. Callers never pass headers, bodies or
 * credentials.
 */
export function createLogger(level: Settings['LOG_LEVEL'], destination: DestinationStream = standardOutput()): Logger {
  const options = {
    level,
    messageKey: 'message',
    errorKey: 'error',
    base: null,
    timestamp: timestamps(),
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return pino(options, destination);
}
