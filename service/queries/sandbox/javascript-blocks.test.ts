import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { javascriptBlocks } from './javascript-blocks.ts';

describe('The blocks of a Markdown text', () => {
  test.each([
    ['one', 'Try this:\n```js\n1 + 1\n```\nDone.', ['1 + 1']],
    ['several, in their order', '```js\n1\n```\n\n```javascript\n2\n```', ['1', '2']],
    ['an empty one', '```js\n```', ['']],
    ['by tildes', '~~~js\n1\n~~~', ['1']],
    ['any case and the rest of the info string', '``` JavaScript title="x"\n1\n```', ['1']],
    ['with the line ends of Windows', '```js\r\n1\r\n2\r\n```\r\n', ['1\n2']],
    ['without the indentation of the fence', '  ```js\n  if (a) {\n    b\n c\n  }\n  ```', ['if (a) {\n  b\nc\n}']],
    ['closed by a longer fence', '```js\n1\n`````', ['1']],
    ['with shorter fences and other marks inside', '````js\n```\n~~~~\n````', ['```\n~~~~']],
    ['with a template literal of three backticks', '```js\nf`a` + ```b```\n```', ['f`a` + ```b```']],
    ['at the very end, closed without a line end', 'a\n```js\n1\n```', ['1']],
  ])('are read: %s', (_, text, blocks) => {
    expect(javascriptBlocks(text)).toEqual(blocks);
  });

  test.each([
    ['another language', '```python\n1\n```'],
    ['a language with the same prefix', '```json\n1\n```'],
    ['no language', '```\n1\n```'],
    ['no end', '```js\nwhile (tr'],
    ['no end, since the mark is another', '```js\n1\n~~~'],
    ['no end, since the mark is shorter', '````js\n1\n```'],
    ['an end with text after it', '```js\n1\n``` end'],
    ['the indentation of a code block', '    ```js\n    1\n    ```'],
    ['code within a line', '```js 1``` is two\n```'],
    ['a fence inside another block', '```markdown\n~~~js\n1\n~~~\n```'],
    ['two marks only', '``js\n1\n``'],
  ])('are left out: %s', (_, text) => {
    expect(javascriptBlocks(text)).toEqual([]);
  });

  test('are at most the given number', () => {
    const text = '```js\n1\n```\n'.repeat(20);
    expect(javascriptBlocks(text, 3)).toEqual(['1', '1', '1']);
    expect(javascriptBlocks(text)).toHaveLength(8);
  });

  test('come back as they were put in', () => {
    const line = fc.stringMatching(/^[ -~]*$/).filter((text) => !/^ {0,3}[`~]{3}/.test(text));
    fc.assert(
      fc.property(fc.array(fc.array(line), { maxLength: 5 }), (programs) => {
        const code = programs.map((lines) => lines.join('\n'));
        const text = code.map((program) => `Some words\n~~~~js\n${program}\n~~~~\n`).join('\n');
        expect(javascriptBlocks(text)).toEqual(code);
      }),
    );
  });
});
