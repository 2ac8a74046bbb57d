import { type DestinationStream, type Logger as PinoLogger, pino, stdTimeFunctions } from 'pino';
import type { Settings } from '../contract/settings.ts';

export type Logger = Pick<PinoLogger, 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'child'>;

/**
 * JSON lines with the field names of guide row OB-15: timestamp, level, message, module, function, and what the
 * event adds. Headers, bodies and credentials are never passed to it.
 */
export function createLogger(level: Settings['LOG_LEVEL'], destination?: DestinationStream): Logger {
  const options = {
    level,
    messageKey: 'message',
    errorKey: 'error',
    base: null,
    timestamp: () => `,"timestamp":${stdTimeFunctions.isoTime().slice(',"time":'.length)}`,
    formatters: { level: (label: string) => ({ level: label }) },
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
