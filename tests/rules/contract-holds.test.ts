import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { root } from './sources.ts';

/** A mistake in a copy of the sources, and what must refuse it. */
interface Mistake {
  readonly name: string;
  readonly file: string;
  readonly from: string;
  readonly to: string;
  /** Every one of these must stand in the refusal: both sides of the contradiction. */
  readonly says: readonly RegExp[];
}

/** Refused by the compiler: nothing needs to run. */
const compileErrors: readonly Mistake[] = [
  {
    name: 'a metric is renamed that an alert and the service use',
    file: 'service/contract/metrics.ts',
    from: '  cacheMisses: {',
    to: '  cacheMissed: {',
    says: [/manifests\/monitoring\/alerts\.ts.*cacheMisses/, /service\/.*cacheMisses/],
  },
  {
    name: 'a label is dropped that an alert selects by',
    file: 'service/contract/metrics.ts',
    from: "labels: ['method', 'route', 'status']",
    to: "labels: ['method', 'route']",
    says: [/manifests\/monitoring\/alerts\.ts.*'status'/],
  },
  {
    name: 'an objective names a threshold that no bucket measures',
    file: 'service/contract/objectives.ts',
    from: 'thresholdSeconds: 0.2',
    to: 'thresholdSeconds: 0.25',
    says: [/objectives\.ts.*0\.25/],
  },
  {
    name: 'a setting is dropped that the service reads',
    file: 'service/contract/settings.ts',
    from: '  CACHE_TTL: {',
    to: '  CACHE_SECONDS: {',
    says: [/service\/.*CACHE_TTL.*Settings/],
  },
  {
    name: 'a secret is put into an environment’s configuration',
    file: 'manifests/environments/production.ts',
    from: 'TRUSTED_HOSTS: host,',
    to: "TRUSTED_HOSTS: host, OPENAI_API_KEY: 'sk-1',",
    says: [/production\.ts.*'OPENAI_API_KEY' does not exist/],
  },
  {
    name: 'a setting that is in a configuration becomes a secret',
    file: 'service/contract/settings.ts',
    from: "doc: 'Origins that browsers",
    to: "...{ secret: true as const }, doc: 'Origins that browsers",
    says: [/production\.ts.*'CORS_ORIGINS' does not exist/],
  },
  {
    name: 'a flag is renamed that a workflow passes',
    file: 'service/contract/cli.ts',
    from: "      evidence: { type: 'string'",
    to: "      proof: { type: 'string'",
    says: [/\.github\/src\/workflows\/.*'evidence'/],
  },
  {
    name: 'a command is renamed that a workflow calls',
    file: 'service/contract/cli.ts',
    from: '  verify: {',
    to: '  check: {',
    says: [/\.github\/src\/workflows\/.*"verify"/, /scripts\/.*verify/],
  },
  {
    name: 'an endpoint is declared that nobody handles',
    file: 'service/contract/endpoints/system.ts',
    from: '  health: {',
    to: "  invented: { group: 'System', method: 'GET', path: '/invented', permission: 'public', rateLimit: 'api', port: 'http', summary: 'x' },\n  health: {",
    says: [/service\/.*'invented'/, /service\/testing\/samples\.ts.*'invented'/],
  },
  {
    name: 'an endpoint does not say which permission it asks for',
    file: 'service/contract/endpoints/documentation.ts',
    from: "path: '/api/v1/openapi.json',\n    permission: 'public',",
    to: "path: '/api/v1/openapi.json',",
    says: [/endpoints\/documentation\.ts[\s\S]*'permission' is missing/],
  },
  {
    name: 'an endpoint asks for a permission that no role knows',
    file: 'service/contract/endpoints/captions.ts',
    from: "permission: 'Write'",
    to: "permission: 'Scribble'",
    says: [/endpoints\/captions\.ts.*"Scribble"/],
  },
  {
    name: 'a connection names a component that is not declared',
    file: 'service/contract/components.ts',
    from: "{ from, to: 'redis', port: 'redis'",
    to: "{ from, to: 'memcached', port: 'redis'",
    says: [/components\.ts.*"memcached"/],
  },
  {
    name: 'a connection names a port on which the component does not listen',
    file: 'service/contract/components.ts',
    from: "{ from: 'edge', to: 'api', port: 'http' }",
    to: "{ from: 'edge', to: 'api', port: 'postgres' }",
    says: [/components\.ts[^\n]*\n[^\n]*\n[^\n]*'"postgres"'/],
  },
];

/** Compiles, but synth refuses it. */
const synthErrors: readonly Mistake[] = [
  {
    name: 'the grace period is shorter than the shutdown',
    file: 'service/contract/timings.ts',
    from: 'terminationGrace: 65',
    to: 'terminationGrace: 20',
    says: [/service\/api/, /timings\.terminationGrace \(20 s\)/, /preStop 5 \+ linger 2 \+ drain 50 \+ close 5 = 62 s/],
  },
  {
    name: 'a setting is not configured that the contract requires there',
    file: 'manifests/environments/production.ts',
    from: 'TRUSTED_HOSTS: host, ',
    to: '',
    says: [/TRUSTED_HOSTS/, /production/, /role api|api/],
  },
  {
    name: 'a component runs to which no connection is declared',
    file: 'service/contract/components.ts',
    from: "      { from, to: 'redis', port: 'redis', setting: 'REDIS_URL' },\n",
    to: '',
    says: [/redis|REDIS_URL/, /connection/],
  },
  {
    name: 'the edge gives up before the service does',
    file: 'service/contract/timings.ts',
    from: 'edge: 60',
    to: 'edge: 10',
    says: [/timings\.request \(20 s\)/, /timings\.edge \(10 s\)/],
  },
  {
    name: 'an image is named by a moving tag',
    file: 'manifests/images.ts',
    from: 'docker.io/library/redis:8.4.0-alpine',
    to: 'docker.io/library/redis:latest',
    says: [/Deployment\/instagram-captions-redis/, /redis:latest/],
  },
];

const copy = mkdtempSync(join(tmpdir(), 'leyenda-mistakes-'));
const node = process.execPath;

function make(mistake: Mistake, folder: string): void {
  const path = join(folder, mistake.file);
  const text = readFileSync(path, 'utf8');
  if (!text.includes(mistake.from)) throw new Error(`${mistake.file} no longer holds ${JSON.stringify(mistake.from)}: mend this test`);
  writeFileSync(
    path,
    text.replace(mistake.from, () => mistake.to),
  );
}

function undo(mistake: Mistake): void {
  writeFileSync(join(copy, mistake.file), readFileSync(join(root, mistake.file)));
}

/** One compilation serves several mistakes, as long as each is in a file of its own; what they say names them apart. */
function rounds(mistakes: readonly Mistake[]): Mistake[][] {
  const all: Mistake[][] = [];
  for (const mistake of mistakes) {
    const round = all.find((each) => each.every(({ file }) => file !== mistake.file));
    if (round) round.push(mistake);
    else all.push([mistake]);
  }
  return all;
}
const refusals = new Map<Mistake, string>();

const compile = () =>
  spawnSync(node, [join(root, 'node_modules/typescript/bin/tsc'), '--noEmit', '--pretty', 'false', '-p', '.'], {
    cwd: copy,
    encoding: 'utf8',
  });
const synth = () =>
  spawnSync(node, ['manifests/main.ts'], { cwd: copy, encoding: 'utf8', env: { ...process.env, CDK8S_OUTDIR: join(copy, 'dist') } });

describe('The contract holds', () => {
  beforeAll(() => {
    for (const path of ['service', 'manifests', 'scripts', '.github/src', 'tsconfig.json', 'package.json']) {
      cpSync(join(root, path), join(copy, path), { recursive: true, filter: (source) => !/\.test\.ts$|recorded/.test(source) });
    }
    writeFileSync(join(copy, 'tsconfig.json'), readFileSync(join(root, 'tsconfig.json'), 'utf8').replace(', "tests"', ''));
    symlinkSync(join(root, 'node_modules'), join(copy, 'node_modules'));
    for (const round of rounds(compileErrors)) {
      for (const mistake of round) make(mistake, copy);
      const { stdout } = compile();
      for (const mistake of round) refusals.set(mistake, stdout);
      for (const mistake of round) undo(mistake);
    }
  }, 60_000);
  afterAll(() => rmSync(copy, { recursive: true, force: true }));

  test('an untouched copy compiles and synthesizes', () => {
    expect(compile().stdout).toBe('');
    expect(synth().stderr).toBe('');
  });

  test.each(compileErrors)('the compiler refuses that $name', (mistake) => {
    for (const part of mistake.says) expect(refusals.get(mistake)).toMatch(part);
  });

  test.each(synthErrors)('synth refuses that $name', (mistake) => {
    make(mistake, copy);
    const { stderr, status } = synth();
    undo(mistake);
    expect(status).not.toBe(0);
    for (const part of mistake.says) expect(stderr).toMatch(part);
  });
});
