import { type DestinationStream, type Logger as PinoLogger, pino } from 'pino';
import type { Settings } from '../../contract/settings.ts';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>;

/** `,"timestamp":"…"`; a text serves all lines of its millisecond. */
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

/** Standard output, written in blocks: at 4 KB, after 100 ms at the latest, and when the process exits. */
const standardOutput = () => pino.destination({ fd: 1, sync: false, minLength: 4096, periodicFlush: 100 });

/**
 * JSON lines with the field names of guide row OB-15: timestamp, level, message, module, function, and what the
 * event adds. Headers, bodies and credentials are never passed to it.
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
