import { describe, expect, test } from '@jest/globals';
import { checkedUrl, checkedUrlWithPath, hostOf } from './checked-url.ts';

describe('The URL of the service', () => {
  test('is its origin', () => {
    expect(checkedUrl('http://localhost:8080/')).toBe('http://localhost:8080');
    expect(checkedUrl('https://api.example.com?')).toBe('https://api.example.com');
  });

  test('is rejected with a path', () => {
    expect(() => checkedUrl('http://localhost:8080/api')).toThrow('the URL has the path /api');
  });
});

describe('The URL of a monitoring program', () => {
  test('keeps its path', () => {
    expect(checkedUrlWithPath('https://example.com/prometheus/')).toBe('https://example.com/prometheus');
    expect(checkedUrlWithPath('http://localhost:9090')).toBe('http://localhost:9090');
  });
});

describe.each([checkedUrl, checkedUrlWithPath])('%p', (check) => {
  test.each([
    'http://user:s3cret@localhost:1',
    'http://:s3cret@localhost:1',
    'ftp://user:s3cret@localhost',
    'user:s3cret@localhost:1',
    'localhost?token=s3cret',
    'http://localhost:1?token=s3cret',
    'http://localhost:1/#s3cret',
  ])('rejects %s as a usage error that does not contain the secret', (text) => {
    const failure = (() => {
      try {
        return check(text);
      } catch (error) {
        return error;
      }
    })();
    expect(failure).toMatchObject({ name: 'Failure', exitCode: 2 });
    expect(`${Object(failure).message} ${Object(failure).remedy}`).not.toContain('s3cret');
  });
});

test('The host of a URL has no brackets around an IPv6 address', () => {
  expect(hostOf(new URL('http://[::1]:8080'))).toBe('::1');
  expect(hostOf(new URL('http://localhost'))).toBe('localhost');
});
