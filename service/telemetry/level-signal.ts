import type { Settings } from '../../contract/settings.ts';
import type { RootLogger } from './log.ts';

/** The signal after which a process logs at level debug; Node reserves SIGUSR1 for its debugger. */
export const debugSignal = 'SIGUSR2';
/** How long it does: a forgotten debug level would fill the store of logs. */
const debugMinutes = 15;

/** At a signal, lowers the level to debug, and restores it after 15 minutes; another signal starts them again. */
export function debugOnSignal({ log, setLevel }: RootLogger, configured: Settings['LOG_LEVEL']): void {
  const lines = log.child({ module: 'process', function: 'debugOnSignal' });
  let timer: NodeJS.Timeout | undefined;
  process.on(debugSignal, () => {
    if (configured === 'debug' || configured === 'trace') return;
    clearTimeout(timer);
    setLevel('debug');
    lines.warn({ signal: debugSignal, minutes: debugMinutes }, 'The log level is debug for a while');
    lines.flush();
    timer = setTimeout(() => {
      lines.warn({ log_level: configured }, 'The log level is that of LOG_LEVEL again');
      setLevel(configured);
    }, debugMinutes * 60_000).unref();
  });
}
