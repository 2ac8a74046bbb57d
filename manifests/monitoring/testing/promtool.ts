import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { stringify } from 'yaml';

/** Prometheus' rule checker; not an npm package. */
const promtool = 'promtool';
export const describeWithPromtool = spawnSync(promtool, ['--version']).status === 0 ? describe : describe.skip;

interface RuleTest {
  readonly interval: string;
  readonly input_series: readonly object[];
  readonly alert_rule_test?: readonly object[];
  readonly promql_expr_test?: readonly object[];
}

/** promtool in a folder of its own, which holds the rules until the tests of the block are done. */
export function promtoolWith(groups: readonly object[]) {
  const folder = mkdtempSync(join(tmpdir(), 'rules-'));
  const run = (...args: string[]) => {
    const { status, stdout, stderr } = spawnSync(promtool, args, { cwd: folder, encoding: 'utf8' });
    return { status, output: status === 0 ? stdout : `${stdout}${stderr}` };
  };
  const write = (name: string, value: object) => writeFileSync(join(folder, name), stringify(value, { aliasDuplicateObjects: false }));
  beforeAll(() => write('rules.yml', { groups }));
  afterAll(() => rmSync(folder, { recursive: true }));
  return {
    check: () => run('check', 'rules', 'rules.yml'),
    test(name: string, tests: readonly RuleTest[]) {
      write(`${name}.yml`, { rule_files: ['rules.yml'], tests });
      return run('test', 'rules', `${name}.yml`);
    },
  };
}
