/** Logs numbered lines, then ends as its argument says. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { createLogger } from '../../../service/telemetry/log.ts';

const [end, count = '1000'] = process.argv.slice(2);
const log = createLogger('info');
for (let number = 0; number < Number(count); number += 1) {
  log.info({ number, pid: process.pid }, 'x'.repeat(number % 500));
  if (number % 10 === 0) await nextTurn();
}
if (end === 'exit') process.exit();
if (end === 'uncaught') throw new Error('uncaught');
log.error('the last line');
if (end === 'kill') process.kill(process.pid, 'SIGKILL');
