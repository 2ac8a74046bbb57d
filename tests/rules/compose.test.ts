import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { workloadRoles } from '../../contract/roles.ts';
import { composeFile } from '../../manifests/targets/compose/compose.ts';
import { composeDeployments } from '../../manifests/targets/compose/deployment.ts';
import { parseSettings } from '../../service/settings.ts';
import { root } from './sources.ts';

const copy = mkdtempSync(join(tmpdir(), 'leyenda-secrets-'));
afterAll(() => rmSync(copy, { recursive: true }));
mkdirSync(join(copy, 'compose'));
cpSync(join(root, 'compose/secrets.sh'), join(copy, 'compose/secrets.sh'));

const make = (environment: string) => execFileSync('sh', [join(copy, 'compose/secrets.sh'), environment], { encoding: 'utf8' });
const folder = (environment: string) => join(copy, '.secrets', environment);
const secretsOf = (environment: string) =>
  Object.fromEntries(readdirSync(folder(environment)).map((name) => [name, readFileSync(join(folder(environment), name), 'utf8')]));

const onDocker = composeDeployments.filter(({ platform }) => platform.kind === 'docker');

describe('compose/secrets.sh', () => {
  test.each(onDocker)('makes what $file reads, prints none of it, and leaves it as it is the next time', (deployment) => {
    const { name } = deployment.environment;
    const said = make(name);
    const made = secretsOf(name);
    const given = Object.keys(composeFile(deployment).secrets ?? {}).filter((secret) => !secret.startsWith('TLS_'));
    expect(Object.keys(made).sort()).toEqual(given);
    for (const value of Object.values(made)) if (value.trim() !== '') expect(said).not.toContain(value.trim());
    expect(made.DATABASE_URL).toContain(`:${made.POSTGRES_PASSWORD}@`);
    make(name);
    expect(secretsOf(name)).toEqual(made);
  });

  test('closes the folder to other users, while the users of the containers can read its files', () => {
    make('local');
    expect(statSync(join(copy, '.secrets')).mode & 0o777).toBe(0o700);
    expect(statSync(join(folder('local'), 'SECRET_KEY')).mode & 0o777).toBe(0o644);
  });

  test('lists the secrets that an administrator must provide', () => {
    expect(make('production')).toMatch(/write TLS_KEY into/);
  });

  test('makes nothing of a source of randomness that gives none, and ends', () => {
    const bin = join(copy, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'od'), '#!/bin/sh\n', { mode: 0o755 });
    rmSync(folder('staging'), { recursive: true, force: true });
    const env = { ...process.env, PATH: `${bin}:${process.env.PATH}` };
    expect(() => execFileSync('sh', [join(copy, 'compose/secrets.sh'), 'staging'], { env, stdio: 'pipe' })).toThrow('nothing came');
    expect(readdirSync(folder('staging'))).toEqual([]);
    make('staging');
    expect(secretsOf('staging').SECRET_KEY).toMatch(/^[0-9a-f]{64}$/);
  });

  test('rejects an unknown environment', () => {
    expect(() => execFileSync('sh', [join(copy, 'compose/secrets.sh'), 'elsewhere'], { stdio: 'pipe' })).toThrow();
  });
});

describe('The configuration in the compose files', () => {
  /** As Docker substitutes variables of the environment file; the others keep their defaults. */
  const substituted = (value: string) => value.replace(/^\$\{LEYENDA_HOST:.*\}$/, 'api.example.com').replace(/^\$\{\w+:-(.*)\}$/, '$1');
  const roles = onDocker.flatMap((deployment) =>
    ([...workloadRoles, 'migrate'] as const).map((role) => [deployment.file, role, deployment] as const),
  );
  test.each(roles)('%s: the role %s starts with it', (_file, role, deployment) => {
    const { name } = deployment.environment;
    make(name);
    const configured = Object.entries(composeFile(deployment).services[role]?.environment ?? {});
    const here = configured.map(([variable, value]) => [variable, substituted(value).replace('/run/secrets', folder(name))]);
    expect(parseSettings(Object.fromEntries(here))).toMatchObject({
      settings: { ROLE: role, DATABASE_URL: secretsOf(name).DATABASE_URL?.trim() },
    });
  });
});
