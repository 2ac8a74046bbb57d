import { expect, test } from '@jest/globals';
import { reservationOf } from './reservation.ts';

test.each([
  [{ 'tdm-reservation': '1' }],
  [{ 'x-robots-tag': 'nosnippet' }],
  [{ 'x-robots-tag': 'noindex, NoAI' }],
  [{ 'x-robots-tag': ['otherbot: noindex', 'nosnippet'] }],
  [{ 'x-robots-tag': 'leyenda: noai' }],
])('%j reserves rights', (headers) => expect(reservationOf(headers)).toBe('reserved'));

test.each([
  [{}],
  [{ 'tdm-reservation': '0' }],
  [{ 'x-robots-tag': 'noindex, follow' }],
  [{ 'x-robots-tag': 'otherbot: nosnippet, noai' }],
  [{ 'x-robots-tag': 'unavailable_after: 25 Jun 2030 15:00:00 GMT' }],
])('%j reserves none', (headers) => expect(reservationOf(headers)).toBe('none'));
