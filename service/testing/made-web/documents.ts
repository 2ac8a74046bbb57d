/** Documents of the made web. */

export interface MadeArticle {
  readonly url: string;
  readonly title: string;
  readonly summary: string;
}

/** Articles of a site. Nearly every word is in one article only, so that none is a near duplicate of another. */
export const articles = (origin: string, count: number): MadeArticle[] =>
  Array.from({ length: count }, (_, index) => {
    const name = `${new URL(origin).hostname.split('.')[0]?.replaceAll('-', '')}${index}`;
    const own = Array.from({ length: 24 }, (_word, at) => `${name}x${at}`).join(' ');
    return { url: `${origin}/articles/${index}`, title: `Article ${name}`, summary: `${own} early detection` };
  });

const escapeXml = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;');
const date = 'Sun, 29 Nov 2026 10:00:00 GMT';

const rssItem = ({ url, title, summary }: MadeArticle) =>
  `<item><title>${escapeXml(title)}</title><link>${escapeXml(url)}</link><description>${escapeXml(summary)}</description><pubDate>${date}</pubDate></item>`;
export const rss = (items: readonly MadeArticle[], declaration = '<?xml version="1.0" encoding="UTF-8"?>') =>
  `${declaration}<rss version="2.0"><channel><title>News</title><link>http://news.test/</link>${items.map(rssItem).join('')}</channel></rss>`;

export const sitemap = (items: readonly Pick<MadeArticle, 'url'>[]) =>
  `<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${items.map(({ url }) => `<url><loc>${escapeXml(url)}</loc></url>`).join('')}</urlset>`;
export const sitemapIndex = (urls: readonly string[]) =>
  `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${urls.map((url) => `<sitemap><loc>${url}</loc></sitemap>`).join('')}</sitemapindex>`;

/** The page of an article. */
export const articlePage = ({ title, summary }: Pick<MadeArticle, 'title' | 'summary'>) =>
  `<!doctype html><html lang="en"><title>${escapeXml(title)}</title><meta name="description" content="${escapeXml(summary)}"><time datetime="2026-11-29T10:00:00Z"></time>`;
export const listPage = (items: readonly Pick<MadeArticle, 'url' | 'title'>[]) =>
  `<!doctype html><ul>${items.map(({ url, title }) => `<li class="news"><a href="${escapeXml(url)}">${escapeXml(title)}</a></li>`).join('')}</ul>`;

export const atom = (items: readonly MadeArticle[]) =>
  `<feed xmlns="http://www.w3.org/2005/Atom"><title>News</title>${items
    .map(
      ({ url, title, summary }) =>
        `<entry><id>${escapeXml(url)}</id><title>${escapeXml(title)}</title><link href="${escapeXml(url)}"/><summary>${escapeXml(summary)}</summary><updated>2026-11-29T10:00:00Z</updated></entry>`,
    )
    .join('')}</feed>`;

export const rdf = (items: readonly MadeArticle[]) =>
  `<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel rdf:about="http://news.test/"><title>News</title></channel>${items
    .map(
      ({ url, title, summary }) =>
        `<item rdf:about="${escapeXml(url)}"><title>${escapeXml(title)}</title><link>${escapeXml(url)}</link><description>${escapeXml(summary)}</description><dc:date>2026-11-29T10:00:00Z</dc:date></item>`,
    )
    .join('')}</rdf:RDF>`;

export const jsonFeed = (items: readonly MadeArticle[]) =>
  JSON.stringify({
    version: 'https://jsonfeed.org/version/1.1',
    title: 'News',
    items: items.map(({ url, title, summary }) => ({ id: url, url, title, summary, date_published: '2026-11-29T10:00:00Z' })),
  });
