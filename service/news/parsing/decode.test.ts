import { describe, expect, test } from '@jest/globals';
import { decodeText } from './decode.ts';

const latin1 = (text: string) => Buffer.from(text, 'latin1');
const utf8 = (text: string) => Buffer.from(text);
const utf16 = (text: string) => Buffer.from(text, 'utf16le');
/** 新闻 in GBK. */
const gbk = Buffer.from([0xd0, 0xc2, 0xce, 0xc5]);
const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?>`;

describe('decodeText', () => {
  test.each([
    ['UTF-8 without declaration', utf8('<a>año 中</a>'), '', '<a>año 中</a>'],
    ['a byte order mark', Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), utf8('<a>ñ')]), 'text/xml; charset=iso-8859-1', '<a>ñ'],
    ['UTF-16 with a byte order mark', utf16('\uFEFF<a>ñ'), '', '<a>ñ'],
    ['UTF-16 without one', utf16('<a>ñ'), '', '<a>ñ'],
    ['UTF-16, most significant byte first', utf16('<a>ñ').swap16(), '', '<a>ñ'],
    ['the charset of the response', latin1('<a>ñ'), 'text/xml; Charset="ISO-8859-1"', '<a>ñ'],
    [
      'the charset of the response before the declaration',
      Buffer.concat([utf8(`${declared('utf-8')}<a>`), gbk]),
      'text/xml;charset=gb2312',
      `${declared('utf-8')}<a>新闻`,
    ],
    ['the XML declaration', Buffer.concat([utf8(declared('gb2312')), gbk]), '', `${declared('gb2312')}新闻`],
    ['the meta element of a page', latin1('<meta charset=windows-1252><p>\x93ñ\x94'), '', '<meta charset=windows-1252><p>“ñ”'],
    [
      'the http-equiv element of a page',
      latin1('<meta http-equiv="content-type" content="text/html; charset=iso-8859-15"><p>\xa4'),
      '',
      '<meta http-equiv="content-type" content="text/html; charset=iso-8859-15"><p>€',
    ],
    ['ISO-8859-1 that is windows-1252', latin1(`${declared('iso-8859-1')}\x80`), '', `${declared('iso-8859-1')}€`],
  ])('uses %s', (_, bytes, contentType, expected) => {
    expect(decodeText(bytes, contentType)).toBe(expected);
  });

  test.each([
    ['UTF-8 declared as ISO-8859-1', utf8(`${declared('iso-8859-1')}ñandú`), '', `${declared('iso-8859-1')}ñandú`],
    ['windows-1252 declared as UTF-8', latin1(`${declared('utf-8')}ñandú`), 'text/xml; charset=utf-8', `${declared('utf-8')}ñandú`],
    ['UTF-8 declared as UTF-16', utf8(`${declared('utf-16')}ñandú`), '', `${declared('utf-16')}ñandú`],
    ['an encoding that does not exist', utf8(`${declared('none')}ñandú`), 'text/xml; charset=ebcdic', `${declared('none')}ñandú`],
    ['windows-1252 without declaration', latin1('<rss>ñandú'), '', '<rss>ñandú'],
    ['UTF-8 with one damaged character', Buffer.concat([utf8('áéíóú ñ '), Buffer.from([0xc3])]), '', 'áéíóú ñ \uFFFD'],
  ])('reads %s', (_, bytes, contentType, expected) => {
    expect(decodeText(bytes, contentType)).toBe(expected);
  });
});
