import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import type { Finding } from '../../scripts/docs/judges/decision.ts';
import { root } from '../rules/sources.ts';
import { nothing, undecided } from './findings.ts';
import { run, scratch, withTool } from './tool.ts';

const report = z.object({ errors: z.array(z.object({ message: z.string(), rule: z.string() })) });
const schema = join(root, 'service/graphql/schema.graphql');

async function findingsIn(file: string): Promise<Finding[]> {
  const { stdout } = await run('graphql-schema-linter', ['--format', 'json', file]);
  return report.parse(JSON.parse(stdout)).errors.map(({ rule, message }) => ({ rule, message, where: file }));
}

await withTool('graphql-schema-linter', () => {
  test('graphql-schema-linter finds what was accepted, and nothing else', async () => {
    expect(undecided('graphql-schema-linter', await findingsIn(schema))).toEqual(nothing);
  });

  test('and would find fields without a description', async () => {
    const file = join(scratch(), 'schema.graphql');
    writeFileSync(file, readFileSync(schema, 'utf8').replaceAll(/"""[\s\S]*?"""/g, ''));
    const { found } = undecided('graphql-schema-linter', await findingsIn(file));
    expect(found.map(({ rule }) => rule)).toContain('fields-have-descriptions');
  });
});
