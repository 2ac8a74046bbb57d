import { createServer } from 'node:http';
import { describe, expect, test } from '@jest/globals';
import { Octokit } from '@octokit/rest';
import { describeAction, fetchDescription } from './describe-actions.ts';

const sha = '0'.repeat(40);

describe('describeAction', () => {
  test('distinguishes required inputs, flags and text, and lists the outputs', () => {
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

  test('throws for invalid metadata', () => {
    expect(() => describeAction('owner/name', sha, 'inputs: 3')).toThrow();
  });
});

describe('fetchDescription', () => {
  /** A GitHub with one file at one commit. */
  async function withGitHub<T>(path: string, work: (github: Octokit) => Promise<T>): Promise<T> {
    const server = createServer((request, response) => {
      response.statusCode = request.url === path ? 200 : 404;
      response.setHeader('Content-Type', request.url === path ? 'application/vnd.github.raw; charset=utf-8' : 'application/json');
      response.end(request.url === path ? 'inputs: {}' : '{"message": "Not Found"}');
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    const address = server.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
    return work(new Octokit({ baseUrl: `http://127.0.0.1:${port}`, log: silent })).finally(() => server.close());
  }

  test.each(['action.yml', 'action.yaml'])('reads %s at the pinned commit', async (file) => {
    const text = await withGitHub(`/repos/owner/name/contents/init%2F${file}?ref=${sha}`, (github) =>
      fetchDescription(github, 'owner/name/init', sha),
    );
    expect(text).toBe('inputs: {}');
  });

  test('throws with action and commit if there is no file', async () => {
    await expect(withGitHub('/nothing', (github) => fetchDescription(github, 'owner/name', sha))).rejects.toThrow(
      `no action.yml of owner/name at ${sha}`,
    );
  });
});
