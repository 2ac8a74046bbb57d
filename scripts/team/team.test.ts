import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline/promises';
import { PassThrough } from 'node:stream';
import { describe, expect, test } from '@jest/globals';
import { team } from '../../contract/team.ts';
import { isOptional, teamFieldNames } from '../../contract/team-fields.ts';
import { chooseTeam, flagOf, parseGiven, promptForTeam } from './choose.ts';
import { validateTeamValue } from './formats.ts';
import { renderTeam, teamFile } from './render.ts';

const current = { ...team, host: 'api.yourapp.com', repository: 'leyenda/leyenda', registry: 'ghcr.io/leyenda/leyenda' };

describe('The values of a team', () => {
  test('are valid, and their file is the one that leyenda init writes', () => {
    expect(teamFieldNames.filter((name) => validateTeamValue(name, team[name]) !== undefined)).toEqual([]);
    expect(readFileSync(teamFile, 'utf8')).toBe(renderTeam(team));
  });

  test('stay when nothing is given', () => expect(chooseTeam(team, {})).toEqual(team));

  test('that follow from a changed host or repository change with it', () => {
    expect(chooseTeam(current, { host: 'captions.acme.test', repository: 'Acme/Captions' })).toEqual({
      ...current,
      host: 'captions.acme.test',
      origins: 'https://captions.acme.test',
      stagingHost: 'staging.captions.acme.test',
      stagingOrigins: 'https://staging.captions.acme.test',
      audience: 'https://kubernetes.production.captions.acme.test',
      stagingAudience: 'https://kubernetes.staging.captions.acme.test',
      repository: 'Acme/Captions',
      registry: 'ghcr.io/acme/captions',
    });
  });

  test('that follow from a host stay when the same host is given again', () => {
    const own = { ...current, origins: 'https://app.acme.test', stagingHost: 'test.acme.test' };
    expect(chooseTeam(own, { host: current.host })).toEqual(own);
  });

  test('that are given are not derived', () =>
    expect(chooseTeam(current, { host: 'captions.acme.test', stagingHost: 'test.acme.test' })).toMatchObject({
      stagingHost: 'test.acme.test',
      stagingOrigins: 'https://test.acme.test',
    }));

  test.each([
    ['name', 'Pie_de_foto', '--name (Pie_de_foto) is not valid: use lower-case letters, digits and "-", starting with a letter'],
    ['name', 'a'.repeat(60), `--name (${'a'.repeat(60)}) has 60 characters, but at most 41 are allowed: shorten it`],
    ['title', 'Captions <b>', '--title (Captions <b>) is not valid: use one line'],
    ['host', 'https://captions.acme.test/', '--host (https://captions.acme.test/) is not valid: use a host name without scheme'],
    ['host', '', '--host () is empty: give the host name of production'],
    ['stagingHost', '*.acme.test', '--staging-host (*.acme.test) is not valid'],
    ['origins', 'http://acme.test', '--origins (http://acme.test) is not valid: use https://HOST'],
    ['repository', 'captions', '--repository (captions) is not valid: write OWNER/NAME'],
    ['ownerId', 'acme', '--owner-id (acme) is not valid: use a whole number'],
    ['registry', 'acme', '--registry (acme) is not valid: use HOST/FOLDER'],
    ['registry', 'registry.acme.test/team:1', '--registry (registry.acme.test/team:1) has a tag'],
    ['registry', 'registry.acme.test/Team', '--registry (registry.acme.test/Team) is not valid: use an image reference'],
    ['owners', 'acme', '--owners (acme) is not valid: use @USER'],
    ['cluster', 'production', '--cluster (production) is not valid: production is not a cluster: write host=HOST'],
    ['cluster', 'uid=1', '--cluster (uid=1) is not valid: write the UID of kube-system'],
    ['contact', 'the team', '--contact (the team) is not valid: use an e-mail address or an https URL'],
    ['criticalAlerts', 'sms', '--critical-alerts (sms) is not valid: sms is not a receiver: write pagerduty'],
    ['warningAlerts', 'slack:#a b', '--warning-alerts (slack:#a b) is not valid: b is not a receiver'],
    ['model', 'gpt 4', '--model (gpt 4) is not valid: use letters, digits'],
    ['modelUrl', 'vllm.models', '--model-url (vllm.models) is not valid: use a URL'],
  ] as const)('reject --%s %p with one line that names the flag', (name, value, message) => {
    const choose = () => chooseTeam(current, { [name]: value });
    expect(choose).toThrow(message);
    expect(choose).toThrow(/^[^\n]+$/);
  });

  test.each([
    ['name', 'pie-de-foto'],
    ['title', "Niño's captions, v5 (beta)"],
    ['registry', 'registry.acme.test:5000/team/images'],
    ['registry', 'localhost:5001/team'],
    ['owners', '@acme/platform @ada'],
    ['cluster', 'host=10.0.0.1:6443'],
    ['criticalAlerts', 'pagerduty webhook'],
    ['criticalAlerts', 'smtp://alerts%40acme.test@smtp.acme.test?from=alerts@acme.test&to=oncall@acme.test'],
    ['modelUrl', 'https://api.mistral.ai/v1'],
  ] as const)('accept --%s %p', (name, value) => expect(chooseTeam(current, { [name]: value })[name]).toBe(value));

  test.each(['contact', 'cluster', 'owners'] as const)('accept an empty optional %s', (name) => {
    expect(isOptional(name)).toBe(true);
    expect(chooseTeam(current, { [name]: '' })[name]).toBe('');
  });
});

describe('A file of values', () => {
  test('has values by name', () => expect(parseGiven('{"stagingHost": "a.test"}', 'team.json')).toEqual({ stagingHost: 'a.test' }));
  test.each([
    ['{', 'team.json is not JSON'],
    ['{"hosts": "a.test"}', 'team.json: hosts is not valid'],
    ['{"host": 1}', 'team.json: host is not valid'],
    ['[]', 'team.json: it is not valid'],
  ])('%p is rejected', (text, message) => expect(() => parseGiven(text, 'team.json')).toThrow(message));
});

describe('Questions in a terminal', () => {
  /** Answers the questions with these values; others with an empty line. */
  async function answer(answers: Readonly<Record<string, readonly string[]>>) {
    const [input, output, printed] = [new PassThrough(), new PassThrough(), [] as string[]];
    const left = new Map(Object.entries(answers).map(([flag, values]) => [flag, [...values]]));
    output.on('data', (chunk: Buffer) => {
      const flag = /(?:^|\n)([\w-]+) \[.*\]: $/.exec(chunk.toString())?.[1];
      if (flag !== undefined) input.write(`${left.get(flag)?.shift() ?? ''}\n`);
    });
    const terminal = createInterface({ input, output });
    try {
      return { chosen: await promptForTeam(current, terminal, (line) => printed.push(line)), printed };
    } finally {
      terminal.close();
    }
  }

  test('keep every value whose answer is an empty line', async () => expect((await answer({})).chosen).toEqual(current));

  test('are repeated until the answer is valid, and offer what follows from it', async () => {
    const { chosen, printed } = await answer({ host: ['http://x', 'captions.acme.test'], origins: ['-'], owners: ['@acme/ops'] });
    expect(chosen).toMatchObject({
      host: 'captions.acme.test',
      origins: '',
      stagingHost: 'staging.captions.acme.test',
      owners: '@acme/ops',
    });
    expect(printed.join('\n')).toContain('http://x is not valid: use a host name');
  });
});

test('each flag is a value’s name in lower case', () =>
  expect([flagOf('name'), flagOf('stagingHost'), flagOf('modelUrl')]).toEqual(['name', 'staging-host', 'model-url']));
