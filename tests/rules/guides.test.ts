import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { referenceNames } from '../../manifests/environments/index.ts';
import { synthesize } from '../../manifests/synth.ts';
import { guideCounts } from '../../scripts/docs/guide-counts.ts';
import { guideSources } from '../../scripts/docs/guide-sources.ts';
import { guideObjects } from '../../scripts/docs/guides.ts';

test.each(referenceNames)('every object and file that docs/guides/%s.md names exists', (name) => {
  const objects = synthesize(name).flatMap((chart) => chart.objects);
  const missing = guideObjects[name]
    .map(({ here }) => here)
    .filter((here) =>
      'file' in here
        ? !existsSync(here.file)
        : !objects.some(({ kind, metadata }) => kind === here.kind && metadata.name.replace(/-[0-9a-f]{10}$/, '') === here.name),
    );
  expect(missing).toEqual([]);
  // What is neither a command line nor a script of npm is a path.
  const { commands, files } = guideSources[name];
  const paths = [...commands, ...files].flatMap(({ here }) => here).filter((text) => !text.includes(' '));
  expect(paths.filter((path) => !existsSync(path))).toEqual([]);
  expect(files.filter(({ here }) => here.some((text) => text.includes(' ')))).toEqual([]);
});

test('docs/guides.md counts every object of a reference: those of the guide and the additional ones', () => {
  for (const { name, guide, additional } of guideCounts()) {
    const objects = synthesize(name).flatMap((chart) => chart.objects);
    expect([name, guide + Object.values(additional).reduce((sum, count) => sum + count, 0)]).toEqual([name, objects.length]);
  }
});

test('the reference of G1 has the replicas that its guide lists, and one pod of each store', () => {
  expect(guideCounts().find(({ name }) => name === 'capibara6')).toMatchObject({ replicas: 3 + 2 + 3 + 1 + 1, services: 4 });
});
