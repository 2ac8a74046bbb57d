import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { plainText, shorten } from './plain-text.ts';

describe('plainText', () => {
  test.each([
    ['<p>Uno</p><p>dos</p>', 'Uno dos'],
    ['a<b>b</b>c<br>d', 'abc d'],
    ['&ldquo;Una&nbsp;frase&rdquo; &#8211; &aacute; &amp;', '“Una frase” – á &'],
    ['1 &lt; 2 < 3', '1 < 2 < 3'],
    ['<script>no()</script><style>a{}</style><!-- no -->sí', 'sí'],
    ['<ul><li>uno<li>dos</ul>', 'uno dos'],
    ['sin\n\tetiquetas  ', 'sin etiquetas'],
    ['<img src="a" alt="no">', ''],
  ])('makes %s into %s', (html, expected) => {
    expect(plainText(html)).toBe(expected);
  });
});

describe('shorten', () => {
  test.each([
    ['Corto.', 20, 'Corto.'],
    ['Primera frase. Segunda frase que es larga.', 20, 'Primera frase.'],
    ['¿Una pregunta? «Una cita.» Y otra frase más.', 30, '¿Una pregunta? «Una cita.»'],
    ['Sí. Una frase que es mucho más larga.', 20, 'Sí. Una frase que…'],
    ['Una frase, con coma', 11, 'Una frase…'],
    ['Unapalabrademasiadolarga', 10, 'Unapalabr…'],
    ['año 3.5 millones de personas', 12, 'año 3.5…'],
  ])('cuts %s at %i characters to %s', (text, max, expected) => {
    expect(shorten(text, max)).toBe(expected);
  });

  test('returns at most the number of characters, a start of the text, and no half of a character', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 80 }), fc.integer({ min: 2, max: 60 }), (text, max) => {
        const short = shorten(text, max);
        expect(short.length).toBeLessThanOrEqual(max);
        expect(short.isWellFormed()).toBe(true);
        expect(text.startsWith(short.replace(/…$/, ''))).toBe(true);
      }),
    );
  });
});
