import { describe, expect, test } from '@jest/globals';
import { createOutput } from './output.ts';

function capture(options: { json: boolean; terminal: boolean }) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({ write: (text: string) => (written[name] += text) });
  const out = createOutput({ stdout: stream('stdout'), stderr: stream('stderr'), terminal: options.terminal }, options.json);
  return { out, written };
}

describe('what a command prints', () => {
  test('with --json standard output is exactly one document, progress goes to standard error', () => {
    const { out, written } = capture({ json: true, terminal: true });
    out.line('applied');
    out.now('waiting');
    out.result('text for people', { done: true });
    expect(JSON.parse(written.stdout)).toEqual({ done: true });
    expect(written.stderr).toBe('applied\n… waiting\n');
  });

  test('without a terminal there are plain lines, and what is waited for is said once', () => {
    const { out, written } = capture({ json: false, terminal: false });
    for (const text of ['one pod', 'two pods', 'one pod']) out.now(text);
    out.result('done', {});
    expect(written).toEqual({ stdout: '… one pod\n… two pods\ndone\n', stderr: '' });
  });

  test('on a terminal the line that is waited for is rewritten and gone at the end', () => {
    const { out, written } = capture({ json: false, terminal: true });
    out.now('one pod');
    out.now('two pods');
    out.result('done', {});
    expect(written.stdout).toBe('\r\u001b[2K… one pod\r\u001b[2K… two pods\r\u001b[2Kdone\n');
  });
});
