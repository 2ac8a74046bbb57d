import { describe, expect, test } from '@jest/globals';
import { describeAction } from './describe-actions.ts';

const sha = '0'.repeat(40);

describe('description of an action', () => {
  test('tells inputs that must be given, flags and text apart, and lists the outputs', () => {
    const action = `
inputs:
  path: { required: true }
  token: { required: true, default: given }
  overwrite: { default: 'false' }
  fetch-depth: { default: 1 }
outputs:
  artifact-id: { description: id }
`;
    expect(describeAction('owner/name', sha, action)).toBe(`  'owner/name': {
    commit: '${sha}',
    inputs: {
      path: 'required',
      token: 'text',
      overwrite: 'flag',
      'fetch-depth': 'text',
    },
    outputs: ['artifact-id'],
  },`);
  });

  test('refuses what is no action', () => {
    expect(() => describeAction('owner/name', sha, 'inputs: 3')).toThrow();
  });
});
