import * as fc from 'fast-check';
import { minCpuMilliseconds } from '../../../service/testing/cpu.ts';

/** A text of any length: a beginning, parts that repeat (outside in, where something closes them), and an end. */
export interface Pattern {
  readonly start: string;
  readonly unit: string;
  readonly middle: string;
  /** Repeated as often as the unit, behind the middle. */
  readonly close: string;
  readonly end: string;
}

/** The text of a pattern with about `size` characters. */
export function textOf({ start, unit, middle, close, end }: Pattern, size: number): string {
  const times = Math.max(1, Math.floor(size / (unit.length + close.length)));
  return start + unit.repeat(times) + middle + close.repeat(times) + end;
}

/** What parsers stumble over: every printable ASCII sign, its relatives, and words of the languages and formats that are read. */
const parts = [
  ...Array.from({ length: 0x7f - 0x20 }, (_, index) => String.fromCharCode(0x20 + index)),
  ...'\n\t\r\0‹«“¿¡…–—−×÷·•€ñéßİ中あ\u0301\u200d\u200b\u00a0\ud800\ufe0f',
  '😀',
  '👩‍👩‍👧',
  ...['\r\n', '\n\n', '```', '```js\n', '~~~', '    ', '<a', '</', '<!--', '&amp;', '\\"', '\\u0022', '**', '++', '- ', '||', '//'],
  ...['the ', 'El ', 'Ana ', 'playa ', 'beach, ', 'a photo of ', 'MAR AZUL ', 'walking ', 'antes de ', 'de abrir ', 'lonely '],
  ...['http://a', 'https://', '#tag', '@me', 'a.b', "it's ", '12', '3.14', '1+', '(1', '24/7 ', '2024-05-01', 'e5', '0x', 'aA', 'Aa'],
  ...[
    '{"a":',
    '[',
    '[{',
    '"captions":["',
    '",',
    'data: ',
    ':\n',
    '{a ',
    'a:a ',
    '...F ',
    '$a ',
    '@a ',
    '"""',
    'a=b;',
    'a;q=0.1,',
    'gzip, ',
  ],
  ...['password=', 'Bearer ', 'eyJ', 'sk-', '://', 'a:a@', '--a', '=', 'token: ', 'Failing row contains (', 'Key (a)=('],
] as const;

const part = fc.constantFrom(...parts);
const few = (most: number) => fc.array(part, { maxLength: most }).map((texts) => texts.join(''));

/** Patterns of one to four parts, with or without something around them. */
export const patterns: fc.Arbitrary<Pattern> = fc.record({
  start: few(3),
  unit: fc.array(part, { minLength: 1, maxLength: 4 }).map((texts) => texts.join('')),
  middle: few(1),
  close: fc.oneof({ weight: 3, arbitrary: fc.constant('') }, { weight: 1, arbitrary: few(2) }),
  end: few(2),
});

/** Each part alone, repeated: what has gone wrong most. */
export const plainPatterns: readonly Pattern[] = parts.map((unit) => ({ start: '', unit, middle: '', close: '', end: '' }));

export type Parser = (text: string) => unknown;

/** Less than this says nothing about growth, in milliseconds. */
const measurable = 3;
const smallest = 256;
const factor = 4;

/** The size from which a text of the pattern takes measurable time; undefined when none up to `largest` characters does. */
async function measurableSize(parse: Parser, pattern: Pattern, largest: number): Promise<number | undefined> {
  for (let size = smallest; size <= largest; size *= 2) {
    const text = textOf(pattern, size);
    // The first run may be slow for other reasons: compilation, a table that is loaded.
    const run = () => parse(text);
    if ((await minCpuMilliseconds(run, 1)) >= measurable && (await minCpuMilliseconds(run, 2)) >= measurable) return size;
  }
  return undefined;
}

/**
 * How the processor time of a parser grows with the length of the text: 1 is linear, 2 quadratic; 0 when no text up to `largest`
 * characters takes measurable time. Measured at four times the length, again while it is above `suspicious`.
 */
export async function growthOf(parse: Parser, pattern: Pattern, largest: number, suspicious: number): Promise<number> {
  const size = await measurableSize(parse, pattern, largest);
  if (size === undefined) return 0;
  const [small, large] = [textOf(pattern, size), textOf(pattern, size * factor)];
  let least = Number.POSITIVE_INFINITY;
  for (const runs of [2, 4, 8]) {
    const ratio = (await minCpuMilliseconds(() => parse(large), runs)) / (await minCpuMilliseconds(() => parse(small), runs));
    least = Math.min(least, Math.log(ratio) / Math.log(factor));
    if (least < suspicious) break;
  }
  return least;
}
