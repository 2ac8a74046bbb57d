import { expect, test } from '@jest/globals';
import { formatBytes } from './format-bytes.ts';

test.each([
  [0, '0 byte'],
  [999, '999 byte'],
  [456_789, '457 kB'],
  [12_345_678, '12.3 MB'],
  [5e12, '5,000 GB'],
])('writes %d bytes as %s', (bytes, text) => expect(formatBytes(bytes, 'en')).toBe(text));
