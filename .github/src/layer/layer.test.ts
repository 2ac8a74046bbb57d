import { describe, expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { deploy } from '../../../scripts/commands/deploy.ts';
import { rollback } from '../../../scripts/commands/rollback.ts';
import { synth } from '../../../scripts/commands/synth.ts';
import { verify } from '../../../scripts/commands/verify.ts';
import { github, text } from './expression.ts';
import { workflowInputs } from './inputs.ts';
import { type Job, job } from './job.ts';
import { leyenda } from './leyenda.ts';
import { pins } from './pins.ts';
import { Steps } from './steps.ts';
import { renderWorkflow } from './workflow.ts';

const options = { name: 'Example', runner: 'ubuntu-24.04', minutes: 5, permissions: {} } as const;
const reading = { contents: 'read' } as const;
const build = job('build', options, (steps) => {
  const { digest } = steps.uses('docker/build-push-action', { name: 'Build', id: 'image', with: { push: false } });
  return { digest };
});
const rendered = (...jobs: Job<string>[]) =>
  renderWorkflow({
    file: 'example.yml',
    source: 'example.ts',
    name: 'Example',
    purpose: 'shows',
    on: { push: {} },
    concurrency: { group: 'example', cancels: false },
    jobs,
  });

describe('A workflow', () => {
  test('names its source, and the version of every pinned commit', () => {
    const { sha, version } = pins['docker/build-push-action'];
    expect(rendered(build)).toMatch(/^# Generated from example\.ts /);
    expect(rendered(build)).toContain(`uses: docker/build-push-action@${sha} # ${version}\n`);
  });

  test('sets a default shell only if a job runs a script', () => {
    const scripted = job('scripted', options, (steps) => steps.run({ name: 'Show', id: 'show', run: 'ls', outputs: [] }));
    expect(parse(rendered(scripted)).defaults).toEqual({ run: { shell: 'bash' } });
    expect(parse(rendered(build))).not.toHaveProperty('defaults');
  });

  test('grants no permissions and starts each job with harden-runner', () => {
    const { permissions, jobs } = parse(rendered(build));
    expect(permissions).toEqual({});
    expect(jobs.build.permissions).toEqual({});
    expect(jobs.build.steps[0].uses).toBe(`step-security/harden-runner@${pins['step-security/harden-runner'].sha}`);
  });
});

describe('A job', () => {
  test('passes outputs of its steps to the jobs that need it', () => {
    expect(build.rendered).toMatchObject({ outputs: { digest: `\${{ steps.image.outputs.digest }}` } });
    const deploy = job('deploy', { ...options, needs: { build } }, (_, needs) => {
      expect(needs.build.outputs.digest.render()).toBe(`\${{ needs.build.outputs.digest }}`);
    });
    expect(deploy.rendered).toMatchObject({ needs: ['build'] });
  });

  test('cannot reference a job that it does not need, or an undeclared output', () => {
    job('deploy', { ...options, needs: { build } }, (_, needs) => {
      // @ts-expect-error: `test` is not among the needs
      expect(needs.test).toBeUndefined();
      // @ts-expect-error: `build` has no output of this name
      expect(needs.build.outputs.digset).toBeUndefined();
    });
  });

  test('has service containers with an exact version', () => {
    const server = { env: { USER: 'a' }, ports: ['5432:5432'], options: '--health-cmd true' } as const;
    const services = { postgres: { ...server, image: 'postgres:18.4' } } as const;
    expect(job('one', { ...options, services }, () => undefined).rendered.services).toEqual(services);
    // @ts-expect-error: a tag that changes
    expect(job('two', { ...options, services: { postgres: { ...server, image: 'postgres:latest' } } }, () => undefined).id).toBe('two');
  });

  test('requires permissions, runner and time limit', () => {
    const { permissions, minutes, runner, name } = options;
    const built = [
      // @ts-expect-error: permissions
      job('one', { name, runner, minutes }, () => undefined),
      // @ts-expect-error: minutes
      job('two', { name, runner, permissions }, () => undefined),
      // @ts-expect-error: a runner that changes
      job('three', { name, runner: 'ubuntu-latest', minutes, permissions }, () => undefined),
      // @ts-expect-error: an unknown permission
      job('four', { name, runner, minutes, permissions: { content: 'read' } }, () => undefined),
    ];
    // The YAML contains what the compiler accepts.
    expect(built[2]?.rendered['runs-on']).toBe('ubuntu-latest');
    expect(built[3]?.rendered.permissions).toEqual({ content: 'read' });
  });
});

describe('The permissions of a job', () => {
  test('must include those of its actions', () => {
    job('reads', { ...options, permissions: reading }, (steps) => {
      steps.uses('actions/checkout', { name: 'Check out', with: {} });
      // @ts-expect-error: requires security-events: write
      steps.uses('github/codeql-action/upload-sarif', { name: 'Upload', with: { sarif_file: 'a' } });
    });
    job('views', { ...options, permissions: { ...reading, 'security-events': 'read' } }, (steps) => {
      // @ts-expect-error: has security-events: read only
      steps.uses('github/codeql-action/upload-sarif', { name: 'Upload', with: { sarif_file: 'a' } });
    });
    const nothing = job('nothing', options, (steps) => {
      // @ts-expect-error: requires contents: read
      steps.uses('actions/checkout', { name: 'Check out', with: {} });
    });
    expect(nothing.rendered.permissions).toEqual({});
  });

  test('may exceed those of its actions', () => {
    const permissions = { contents: 'write', 'security-events': 'write', actions: 'read' } as const;
    const writes = job('writes', { ...options, permissions }, (steps) => {
      steps.uses('actions/checkout', { name: 'Check out', with: {} });
      steps.uses('github/codeql-action/upload-sarif', { name: 'Upload', with: { sarif_file: 'a' } });
    });
    expect(writes.rendered.steps).toHaveLength(3);
  });
});

describe('A workflow with inputs', () => {
  const inputs = workflowInputs({
    environment: { description: 'Where', type: 'choice', options: ['staging', 'production'] },
    revision: { description: 'Which', type: 'string', default: 'previous' },
  });

  test('requires each input', () => {
    expect(inputs.declared).toEqual({
      environment: { description: 'Where', type: 'choice', options: ['staging', 'production'], required: true },
      revision: { description: 'Which', type: 'string', default: 'previous', required: true },
    });
  });

  test('cannot reference an undeclared input, or compare one with an undeclared option', () => {
    expect(inputs.references.environment.is('staging').code).toBe("inputs.environment == 'staging'");
    // @ts-expect-error: not an option
    expect(inputs.references.environment.is('moon').code).toContain('moon');
    // @ts-expect-error: not an input
    expect(inputs.references.version).toBeUndefined();
  });

  test('passes an input as a variable after --, so it cannot become a flag', () => {
    const args = { environment: 'staging', revision: inputs.references.revision } as const;
    const { run, env } = leyenda('bundle', rollback, { args, flags: { timeout: 90 } });
    expect(run).toBe('node build/leyenda.js rollback staging --timeout 90 -- "$REVISION"');
    expect(env).toEqual({ REVISION: inputs.references.revision });
  });

  test('cannot pass an input as the environment', () => {
    // @ts-expect-error: the choice is made when the workflow is written
    const { run } = leyenda('bundle', rollback, { args: { environment: inputs.references.environment }, flags: {} });
    expect(run).toContain('"$ENVIRONMENT"');
  });
});

describe('A step', () => {
  test('accepts only declared inputs of the right type', () => {
    const steps = new Steps(reading);
    // @ts-expect-error: misspelled
    steps.uses('actions/checkout', { name: 'Check out', with: { 'persist-credential': false } });
    // @ts-expect-error: a flag is true or false
    steps.uses('actions/checkout', { name: 'Check out', with: { 'persist-credentials': 'no' } });
    // @ts-expect-error: the path is required
    steps.uses('actions/upload-artifact', { name: 'Keep', with: { name: 'a' } });
    expect(steps.rendered.map(({ with: inputs }) => inputs).slice(1)).toEqual([
      { 'persist-credential': false },
      { 'persist-credentials': 'no' },
      { name: 'a' },
    ]);
  });

  test('returns only declared outputs', () => {
    const outputs = new Steps(reading).uses('docker/build-push-action', { name: 'Build', id: 'image', with: {} });
    // @ts-expect-error: no such output
    expect(outputs.sha).toBeUndefined();
    expect(Object.keys(outputs)).toEqual(['imageid', 'digest', 'metadata']);
  });

  test('rejects an action without a pin', () => {
    // @ts-expect-error: not in the pin table
    expect(() => new Steps(reading).uses('someone/else', { name: 'Else', with: {} })).toThrow();
  });

  test('rejects an expression in a script, in a literal and in other text', () => {
    const hidden: string = ['$', '{{ github.actor }}'].join('');
    // @ts-expect-error: an expression in a script
    expect(() => new Steps(reading).run({ name: 'Show', run: `echo \${{ github.actor }}` })).toThrow('pass values in env');
    expect(() => new Steps(reading).run({ name: 'Show', run: hidden })).toThrow('pass values in env');
    expect(() => new Steps(reading).run({ name: 'Show', run: 'env', env: { A: hidden } })).toThrow('expression in plain text');
  });
});

describe('A call of the release tool', () => {
  const image = text`app@${github.sha}`;

  test('passes run-time values as variables', () => {
    expect(leyenda('bundle', deploy, { args: { environment: 'staging' }, flags: { image, 'dry-run': true, timeout: 90 } })).toEqual({
      run: 'node build/leyenda.js deploy staging --image "$IMAGE" --timeout 90 --dry-run',
      env: { IMAGE: image },
    });
  });

  test('quotes special characters of the shell', () => {
    const { run } = leyenda('source', synth, { args: {}, flags: { out: "it's $HOME" } });
    expect(run).toBe(`npm run --silent leyenda -- synth --out 'it'\\''s $HOME'`);
  });

  test('accepts only declared commands, arguments and flags', () => {
    const args = { environment: 'staging' } as const;
    const calls = [
      // @ts-expect-error: no such flag
      leyenda('bundle', deploy, { args, flags: { image, imgae: 'a' } }),
      // @ts-expect-error: the image is required
      leyenda('bundle', deploy, { args, flags: {} }),
      // @ts-expect-error: no such environment
      leyenda('bundle', deploy, { args: { environment: 'stagnig' }, flags: { image } }),
      // @ts-expect-error: seconds are a number
      leyenda('bundle', verify, { args, flags: { timeout: '60' } }),
    ];
    expect(calls.map(({ run }) => run.includes('imgae'))).toEqual([false, false, false, false]);
    // @ts-expect-error: a name is no command
    expect(() => leyenda('bundle', 'deploy', { args, flags: {} })).toThrow();
  });
});
