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
const written = (...jobs: Job<string>[]) =>
  renderWorkflow({ file: 'example.yml', source: 'example.ts', name: 'Example', purpose: 'shows', on: { push: {} }, jobs });

describe('A workflow', () => {
  test('names its source and the release behind every commit', () => {
    const { sha, version } = pins['docker/build-push-action'];
    expect(written(build)).toMatch(/^# Generated from example\.ts /);
    expect(written(build)).toContain(`uses: docker/build-push-action@${sha} # ${version}\n`);
  });

  test('sets a shell where a script runs, and nothing for all jobs where none does', () => {
    const scripted = job('scripted', options, (steps) => steps.run({ name: 'Show', id: 'show', run: 'ls', outputs: [] }));
    expect(parse(written(scripted)).defaults).toEqual({ run: { shell: 'bash' } });
    expect(parse(written(build))).not.toHaveProperty('defaults');
  });

  test('gives its token no right and begins each job with harden-runner', () => {
    const { permissions, jobs } = parse(written(build));
    expect(permissions).toEqual({});
    expect(jobs.build.permissions).toEqual({});
    expect(jobs.build.steps[0].uses).toBe(`step-security/harden-runner@${pins['step-security/harden-runner'].sha}`);
  });
});

describe('A job', () => {
  test('hands outputs of its steps to the jobs that need it', () => {
    expect(build.rendered).toMatchObject({ outputs: { digest: `\${{ steps.image.outputs.digest }}` } });
    const deploy = job('deploy', { ...options, needs: { build } }, (_, needs) => {
      expect(needs.build.outputs.digest.render()).toBe(`\${{ needs.build.outputs.digest }}`);
    });
    expect(deploy.rendered).toMatchObject({ needs: ['build'] });
  });

  test('cannot read a job that it does not need, nor an output that the job does not declare', () => {
    job('deploy', { ...options, needs: { build } }, (_, needs) => {
      // @ts-expect-error: `test` is not among the needs
      expect(needs.test).toBeUndefined();
      // @ts-expect-error: `build` has no output of this name
      expect(needs.build.outputs.digset).toBeUndefined();
    });
  });

  test('finds servers beside it, each of an exact version', () => {
    const server = { env: { USER: 'a' }, ports: ['5432:5432'], options: '--health-cmd true' } as const;
    const services = { postgres: { ...server, image: 'postgres:18.4' } } as const;
    expect(job('one', { ...options, services }, () => undefined).rendered.services).toEqual(services);
    // @ts-expect-error: a version that moves
    expect(job('two', { ...options, services: { postgres: { ...server, image: 'postgres:latest' } } }, () => undefined).id).toBe('two');
  });

  test('cannot leave out what it may do, where it runs or for how long', () => {
    const { permissions, minutes, runner, name } = options;
    const built = [
      // @ts-expect-error: permissions
      job('one', { name, runner, minutes }, () => undefined),
      // @ts-expect-error: minutes
      job('two', { name, runner, permissions }, () => undefined),
      // @ts-expect-error: a runner that moves
      job('three', { name, runner: 'ubuntu-latest', minutes, permissions }, () => undefined),
      // @ts-expect-error: a right that there is not
      job('four', { name, runner, minutes, permissions: { content: 'read' } }, () => undefined),
    ];
    // What the compiler would let pass, YAML would hold: nothing below repairs it.
    expect(built[2]?.rendered['runs-on']).toBe('ubuntu-latest');
    expect(built[3]?.rendered.permissions).toEqual({ content: 'read' });
  });
});

describe('The rights of a job', () => {
  test('are compared with what its actions need', () => {
    job('reads', { ...options, permissions: reading }, (steps) => {
      steps.uses('actions/checkout', { name: 'Check out', with: {} });
      // @ts-expect-error: the findings are written
      steps.uses('github/codeql-action/upload-sarif', { name: 'Upload', with: { sarif_file: 'a' } });
    });
    job('looks', { ...options, permissions: { ...reading, 'security-events': 'read' } }, (steps) => {
      // @ts-expect-error: may look at findings alone
      steps.uses('github/codeql-action/upload-sarif', { name: 'Upload', with: { sarif_file: 'a' } });
    });
    const nothing = job('nothing', options, (steps) => {
      // @ts-expect-error: may not read the repository
      steps.uses('actions/checkout', { name: 'Check out', with: {} });
    });
    expect(nothing.rendered.permissions).toEqual({});
  });

  test('may be more than an action needs', () => {
    const permissions = { contents: 'write', 'security-events': 'write' } as const;
    const writes = job('writes', { ...options, permissions }, (steps) => {
      steps.uses('actions/checkout', { name: 'Check out', with: {} });
      steps.uses('github/codeql-action/upload-sarif', { name: 'Upload', with: { sarif_file: 'a' } });
    });
    expect(writes.rendered.steps).toHaveLength(3);
  });
});

describe('A workflow started by hand', () => {
  const asked = workflowInputs({
    environment: { description: 'Where', type: 'choice', options: ['staging', 'production'] },
    revision: { description: 'Which', type: 'string', default: 'previous' },
  });

  test('asks for each of its inputs', () => {
    expect(asked.declared).toEqual({
      environment: { description: 'Where', type: 'choice', options: ['staging', 'production'], required: true },
      revision: { description: 'Which', type: 'string', default: 'previous', required: true },
    });
  });

  test('reads no input that is not asked for, and compares none with what cannot be chosen', () => {
    expect(asked.answers.environment.is('staging').code).toBe("inputs.environment == 'staging'");
    // @ts-expect-error: cannot be chosen
    expect(asked.answers.environment.is('moon').code).toContain('moon');
    // @ts-expect-error: is not asked for
    expect(asked.answers.version).toBeUndefined();
  });

  test('hands what was typed over by a variable, behind all flags: it is no flag, whatever it begins with', () => {
    const args = { environment: 'staging', revision: asked.answers.revision } as const;
    const { run, env } = leyenda('bundle', rollback, { args, flags: { timeout: 90 } });
    expect(run).toBe('node build/leyenda.js rollback staging --timeout 90 -- "$REVISION"');
    expect(env).toEqual({ REVISION: asked.answers.revision });
  });

  test('cannot leave it to the person which environment a job reaches', () => {
    // @ts-expect-error: the choice is made when the workflow is written
    const { run } = leyenda('bundle', rollback, { args: { environment: asked.answers.environment }, flags: {} });
    expect(run).toContain('"$ENVIRONMENT"');
  });
});

describe('A step', () => {
  test('takes only inputs that its action declares, each of its kind', () => {
    const steps = new Steps(reading);
    // @ts-expect-error: misspelt
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

  test('answers only with outputs that its action declares', () => {
    const outputs = new Steps(reading).uses('docker/build-push-action', { name: 'Build', id: 'image', with: {} });
    // @ts-expect-error: no such output
    expect(outputs.sha).toBeUndefined();
    expect(Object.keys(outputs)).toEqual(['imageid', 'digest', 'metadata']);
  });

  test('refuses an action without a pin', () => {
    // @ts-expect-error: not in the pin table
    expect(() => new Steps(reading).uses('someone/else', { name: 'Else', with: {} })).toThrow();
  });

  test('refuses an expression in a script, known to the compiler or not', () => {
    const hidden: string = ['$', '{{ github.actor }}'].join('');
    // @ts-expect-error: an expression in a script
    expect(() => new Steps(reading).run({ name: 'Show', run: `echo \${{ github.actor }}` })).toThrow('values reach a script by env');
    expect(() => new Steps(reading).run({ name: 'Show', run: hidden })).toThrow('values reach a script by env');
    expect(() => new Steps(reading).run({ name: 'Show', run: 'env', env: { A: hidden } })).toThrow('an expression stands in plain text');
  });
});

describe('A call of the release tool', () => {
  const image = text`app@${github.sha}`;

  test('gets what is known later by variables', () => {
    expect(leyenda('bundle', deploy, { args: { environment: 'staging' }, flags: { image, 'dry-run': true, timeout: 90 } })).toEqual({
      run: 'node build/leyenda.js deploy staging --image "$IMAGE" --timeout 90 --dry-run',
      env: { IMAGE: image },
    });
  });

  test('quotes what a shell would read', () => {
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
