import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { local } from '../../manifests/environments/local.ts';
import { dashboardFiles } from '../../manifests/monitoring/dashboards.ts';
import { run, scratch, withTool } from './tool.ts';

/** Grafana's types of dashboards, panels and queries, in Go: they also check what is read. */
await withTool('grafana-sdk', () => {
  const files = Object.entries(dashboardFiles(local));
  const written = (name: string, text: string) => {
    const path = join(scratch(), name);
    writeFileSync(path, text);
    return path;
  };

  test.each(files)('%s has the schema of a dashboard', async (name, text) => {
    expect(await run('grafana-sdk', [written(name, text)])).toEqual({ code: 0, stdout: '', text: '' });
  });

  test.each<[string, string, string, RegExp]>([
    ['a dashboard', '"timezone":', '"timeZone":', /unexpected field 'timeZone'/],
    ['a panel', '"gridPos":', '"gridPosition":', /unexpected field 'gridPosition'/],
    ['a query', '"legendFormat":', '"legend":', /unexpected field 'legend'/],
  ])('rejects an unknown field of %s', async (_what, field, unknown, message) => {
    const [name, text] = files[0] ?? ['', ''];
    expect(text).toContain(field);
    expect(await run('grafana-sdk', [written(name, text.replace(field, unknown))])).toMatchObject({
      code: 1,
      text: expect.stringMatching(message),
    });
  });
});
