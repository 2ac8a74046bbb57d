import { existsSync, globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { fencesIn } from '../../scripts/docs/fences.ts';
import { browserPath, openBrowser } from '../browser/chromium.ts';
import { root } from '../rules/sources.ts';

const program = join(root, 'build/judges/mermaid.min.js');
const missing = browserPath === undefined ? 'Chromium' : existsSync(program) ? undefined : 'mermaid (tests/judges/install)';
if (missing !== undefined) console.error(`skipped: ${missing} is not installed`);

const diagrams = globSync(['docs/**/*.md', '*.md'], { cwd: root })
  .sort()
  .flatMap((page) => fencesIn(page, readFileSync(join(root, page), 'utf8')))
  .filter(({ language }) => language === 'mermaid');

/** The library that GitHub draws diagrams with. */
(missing === undefined ? describe : describe.skip)('Mermaid', () => {
  let browser: Browser;
  let page: Page;
  beforeAll(async () => {
    browser = await openBrowser();
    page = await browser.newPage();
    await page.addScriptTag({ path: program });
  });
  afterAll(() => browser?.close());

  /** Texts in the drawing. @throws with the place of a mistake */
  const drawn = (text: string) =>
    page.evaluate(
      `mermaid.render('diagram', ${JSON.stringify(text)}).then(({ svg }) => {
        document.body.innerHTML = svg;
        return [...document.querySelectorAll('.nodeLabel')].map((label) => label.textContent);
      })`,
    );

  test('draws every diagram of the documents, with a text in each node', async () => {
    expect(diagrams.length).toBeGreaterThan(5);
    for (const { page: path, line, text } of diagrams) {
      const labels = await drawn(text);
      expect({ where: `${path}:${line}`, labels }).toEqual({
        where: `${path}:${line}`,
        labels: expect.arrayContaining([expect.any(String)]),
      });
      expect(labels).not.toContain('');
    }
  });

  test('rejects a diagram with a mistake', async () => {
    await expect(drawn('flowchart LR\n  a --> [')).rejects.toThrow(/Parse error on line 2/);
  });
});
