import { spawn } from 'node:child_process';
import type { Chart } from '../../../scripts/rollout/plan/deploy-order.ts';

/** Starts a deploy and kills it with SIGKILL at the first line that fits. @throws when it ends before that */
export function killedAt(moment: RegExp, namespace: string, charts: readonly Chart[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['tests/e2e/verdicts/deploy-program.ts'], { stdio: ['pipe', 'pipe', 'pipe'] });
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += String(chunk);
      if (moment.test(printed)) child.kill('SIGKILL');
    });
    child.stderr.on('data', (chunk) => {
      printed += String(chunk);
    });
    child.on('close', (_, signal) => (signal === 'SIGKILL' ? resolve() : reject(new Error(`it ended before ${moment}:\n${printed}`))));
    child.stdin.end(JSON.stringify({ namespace, charts }));
  });
}
