import { describe, expect, test } from '@jest/globals';
import { stepReporter } from './start-progress.ts';
import { createLogger } from './telemetry/log.ts';

function report(isTTY: boolean) {
  const screen: string[] = [];
  const logged: string[] = [];
  const log = createLogger('info', { write: (line) => void logged.push(line) });
  stepReporter(log, { isTTY, write: (text) => screen.push(text) })('Preparing the embedded database');
  return { screen, logged };
}

describe('Steps of the start', () => {
  test('are text at a terminal', () => {
    expect(report(true)).toEqual({ screen: ['Preparing the embedded database …\n'], logged: [] });
  });

  test('are log lines elsewhere, so that each line of the output is JSON', () => {
    const { screen, logged } = report(false);
    expect(screen).toEqual([]);
    expect(logged.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ level: 'info', message: 'Preparing the embedded database' }),
    ]);
  });
});
