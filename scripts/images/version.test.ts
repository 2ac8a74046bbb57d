import { describe, expect, test } from '@jest/globals';
import { newerTags } from './version.ts';

describe('newerTags', () => {
  test.each([
    [
      '18.4-alpine',
      ['18.3-alpine', '18.5-alpine', '18.10-alpine', '18.5', '18.5-bookworm', '19.0-alpine'],
      ['18.10-alpine', '18.5-alpine'],
    ],
    ['v3.7.3', ['v3.7.4', '3.7.5', 'v3.8.0-rc.0', 'v3.8', 'v4.0.0', 'latest', 'main'], ['v3.7.4']],
    ['2.23.1-pg18', ['2.24.0-pg17', '2.24.0-pg18', '2.24.0-pg18-oss'], ['2.24.0-pg18']],
    ['4.1.1', ['4.1.1', '4.1.0', '4.1.2.3'], []],
  ])('of %s has the newer tags of the same variant and major version, newest first', (pinned, tags, newer) => {
    expect(newerTags(pinned, tags)).toEqual(newer);
  });

  test('throws for a tag that is not a version', () => {
    expect(() => newerTags('latest', [])).toThrow('latest is not a version');
  });
});
