import type { Settings } from '../../contract/settings.ts';
import type { RootLogger } from './log.ts';

/** The signal that changes the level of the log; Node reserves SIGUSR1 for its debugger. */
export const debugSignal = 'SIGUSR2';
/** How long the level is debug: a forgotten one would fill the store of logs. */
const debugMinutes = 15;

/** A signal lowers the level to debug; another one, or 15 minutes, restores it. */
export function debugOnSignal({ log, setLevel }: RootLogger, configured: Settings['LOG_LEVEL']): void {
  const lines = log.child({ module: 'process', function: 'debugOnSignal' });
  let timer: NodeJS.Timeout | undefined;
  function restore() {
    clearTimeout(timer);
    timer = undefined;
    lines.warn({ log_level: configured }, 'The log level is that of LOG_LEVEL again');
    setLevel(configured);
  }
  process.on(debugSignal, () => {
    if (configured === 'debug' || configured === 'trace') return;
    if (timer === undefined) {
      setLevel('debug');
      lines.warn({ signal: debugSignal, minutes: debugMinutes }, 'The log level is debug for a while');
      timer = setTimeout(restore, debugMinutes * 60_000).unref();
    } else restore();
    lines.flush();
  });
}
