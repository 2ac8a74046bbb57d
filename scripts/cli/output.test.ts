import { describe, expect, test } from '@jest/globals';
import { createOutput } from './output.ts';

function capture(options: { json?: boolean; terminal?: boolean; github?: boolean }) {
  const written = { stdout: '', stderr: '' };
  const stream = (name: keyof typeof written) => ({ write: (text: string) => (written[name] += text) });
  const { json = false, terminal = false, github = false } = options;
  const out = createOutput({ stdout: stream('stdout'), stderr: stream('stderr'), terminal, github }, 'deploy', json);
  return { out, written };
}
const pods = (reason: string) => ({ object: 'Deployment/api', reason });

describe('createOutput', () => {
  test('with --json prints exactly one document with its schema to standard output, and progress to standard error', () => {
    const { out, written } = capture({ json: true, terminal: true });
    out.line('applied');
    out.showPending(pods('one of two pods is ready'));
    out.result('text for people', { done: true });
    expect(JSON.parse(written.stdout)).toEqual({ schema: 'leyenda/deploy/v1', done: true });
    expect(written.stderr).toBe('applied\n… Deployment/api: one of two pods is ready\n');
  });

  test('without a terminal prints plain lines, and each reason once', () => {
    const { out, written } = capture({});
    out.step('service: runs Deployment/api');
    for (const why of ['no pod', 'one pod', 'no pod']) out.showPending(pods(why), { object: 'Deployment/worker', reason: 'no pod' });
    out.annotate('bad', 'crash');
    out.result('done', {});
    expect(written).toEqual({
      stdout: 'service: runs Deployment/api\n… Deployment/api: no pod\n… Deployment/worker: no pod\n… Deployment/api: one pod\ndone\n',
      stderr: '',
    });
  });

  test('on a terminal removes the pending objects at the end', () => {
    const { out, written } = capture({ terminal: true });
    out.showPending(pods('one pod'));
    out.result('done', {});
    expect(written.stdout).toBe('… Deployment/api 0 s: one pod\u001b[K\r\u001b[Jdone\n');
  });

  test('in a GitHub workflow folds each step, and annotates the cause on a separate line', () => {
    const { out, written } = capture({ github: true });
    out.step('plan');
    out.step('50% of\nit');
    out.line('applied');
    out.annotate('local: revision 2, bad', 'exit 1:\r\nout of memory, 100%');
    out.result('rolled back', {});
    expect(written.stdout.split('\n')).toEqual([
      '::group::plan',
      '::endgroup::',
      '::group::50%25 of%0Ait',
      'applied',
      '::endgroup::',
      '::error title=local%3A revision 2%2C bad::exit 1:%0D%0Aout of memory, 100%25',
      'rolled back',
      '',
    ]);
  });
});
