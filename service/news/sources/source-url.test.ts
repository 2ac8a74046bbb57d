import { describe, expect, test } from '@jest/globals';
import { Problem } from '../../http/problem.ts';
import { requirePublicHost } from './source-url.ts';

describe('The URL of a source', () => {
  test.each([
    'http://localhost/feed',
    'http://LOCALHOST./feed',
    'http://api.localhost/feed',
    'http://intranet/feed',
    'http://printer.local/feed',
    'http://router.lan/feed',
    'http://postgres.preventia.svc.cluster.local/',
    'http://metadata.google.internal/computeMetadata/v1/',
    'http://nas.home.arpa/',
    'http://127.0.0.1/',
    'http://127.1/',
    'http://2130706433/',
    'http://0x7f000001/',
    'http://0177.0.0.1/',
    'http://0.0.0.0/',
    'http://10.0.0.1/',
    'http://172.16.9.9/',
    'http://192.168.1.1/',
    'http://169.254.169.254/latest/meta-data/',
    'http://100.64.0.1/',
    'http://[::1]/',
    'http://[::]/',
    'http://[::ffff:127.0.0.1]/',
    'http://[fd00::1]/',
    'http://[fe80::1]/',
    'http://[64:ff9b::a00:1]/',
  ])('is rejected for the private host of %s', (url) => expect(() => requirePublicHost(url)).toThrow(Problem));

  test.each([
    'https://news.example.com/feed.xml',
    'http://1.1.1.1/feed',
    'https://[2606:4700:4700::1111]/feed',
    'https://localhost.example.com/',
    'https://bücher.example/',
  ])('is accepted for the public host of %s', (url) => expect(() => requirePublicHost(url)).not.toThrow());
});
