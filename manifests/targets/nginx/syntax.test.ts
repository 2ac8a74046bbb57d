import { describe, expect, test } from '@jest/globals';
import { block, directive, literal, print } from './syntax.ts';

describe('An argument is written so that nginx reads it back unchanged', () => {
  test.each([
    ['plain', 'plain'],
    ['$host', '$host'],
    ['', '""'],
    ['two words', '"two words"'],
    ['a;b', '"a;b"'],
    ['#no-comment', '"#no-comment"'],
    ['^/users/[^/]+/?$', '^/users/[^/]+/?$'],
    ['^[a-f]{4}$', '"^[a-f]{4}$"'],
    ['{"a":"b"}', `'{"a":"b"}'`],
    [`it's "so"`, `'it\\'s "so"'`],
    ["it's", `"it's"`],
    ['\\.css$', '\\.css$'],
    ['\\n is no line end', '"\\\\n is no line end"'],
    ['line\n', '"line\\n"'],
    ['ends in \\', '"ends in \\\\"'],
  ])('%j', (text, written) => expect(print([directive('d', text)])).toBe(`d ${written};\n`));

  test('or rejected if the language cannot express it', () => {
    expect(() => print([directive('d', 'a\u0000b')])).toThrow('control character');
    expect(() => literal('costs 5 $')).toThrow('variable');
  });
});

test('Blocks hold directives, and a comment stays on its line', () => {
  const inner = [directive('listen', 80), block('location', ['/'], [], 'one\n} two')];
  expect(print([block('server', [], inner)])).toBe('server {\n    listen 80;\n    # one } two\n    location / {\n    }\n}\n');
});
