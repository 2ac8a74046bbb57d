import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import * as z from 'zod';
import { endpointNames } from '../../contract/endpoints/index.ts';
import { product } from '../../contract/product.ts';
import type { Finding } from '../../scripts/docs/judges/decision.ts';
import { openApiText } from '../../service/openapi/document.ts';
import { shapes } from '../../service/shapes.ts';
import { nothing, undecided } from './findings.ts';
import { run, scratch, withTool } from './tool.ts';

const whole = openApiText(product.version, endpointNames, shapes);
const withoutDescriptions = whole.replaceAll(/"description":"(?:[^"\\]|\\.)*",/g, '');

function written(text: string): string {
  const file = join(scratch(), 'openapi.json');
  writeFileSync(file, text);
  return file;
}

const problems = z.object({
  problems: z.array(z.object({ ruleId: z.string(), message: z.string(), location: z.array(z.object({ pointer: z.string() })) })),
});
async function redocly(text: string): Promise<Finding[]> {
  const { stdout } = await run('redocly', ['lint', written(text), '--extends=recommended-strict', '--format=json', '--max-problems=10000']);
  return problems
    .parse(JSON.parse(stdout))
    .problems.map(({ ruleId, message, location }) => ({ rule: ruleId, message, where: location[0]?.pointer ?? '' }));
}

const results = z.array(z.object({ code: z.string(), message: z.string(), path: z.array(z.union([z.string(), z.number()])) }));
async function spectral(text: string): Promise<Finding[]> {
  const rules = join(scratch(), 'rules.yaml');
  writeFileSync(rules, 'extends: ["spectral:oas"]\n');
  const { stdout } = await run('spectral', ['lint', written(text), '--ruleset', rules, '--format', 'json']);
  return results.parse(JSON.parse(stdout)).map(({ code, message, path }) => ({ rule: code, message, where: path.join('/') }));
}

await withTool('redocly', () => {
  test('Redocly finds what was accepted, and nothing else', async () => {
    expect(undecided('Redocly', await redocly(whole))).toEqual(nothing);
  });

  test('and would find a path without its parameter', async () => {
    const { found } = undecided('Redocly', await redocly(whole.replace('/users/{id}"', '/users/{user}"')));
    expect(found.map(({ rule }) => rule)).toContain('path-parameters-defined');
  });
});

await withTool('spectral', () => {
  test('Spectral finds what was accepted, and nothing else', async () => {
    expect(undecided('Spectral', await spectral(whole))).toEqual(nothing);
  });

  test('and would find operations without a description', async () => {
    expect(undecided('Spectral', await spectral(withoutDescriptions)).found.map(({ rule }) => rule)).toContain('operation-description');
  });
});
