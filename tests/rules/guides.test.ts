import { existsSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { referenceNames } from '../../manifests/environments/index.ts';
import { synthesize } from '../../manifests/synth.ts';
import { guideObjects } from '../../scripts/docs/guides.ts';

test.each(referenceNames)('every counterpart that docs/guides.md names for %s exists', (name) => {
  const objects = synthesize(name).flatMap((chart) => chart.objects);
  const missing = guideObjects[name]
    .map(({ here }) => here)
    .filter((here) =>
      'file' in here
        ? !existsSync(here.file)
        : !objects.some(({ kind, metadata }) => kind === here.kind && metadata.name.replace(/-[0-9a-f]{10}$/, '') === here.name),
    );
  expect(missing).toEqual([]);
});
