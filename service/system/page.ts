/** Text made safe to stand in HTML. */
const escaped = (text: string) => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

/** A small page without scripts or styles of its own, so that the strict content policy holds. */
export const landingPage = (title: string, description: string, links: Readonly<Record<string, string>>) => `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escaped(title)}</title></head>
<body>
<h1>${escaped(title)}</h1>
<p>${escaped(description)}</p>
<ul>
${Object.entries(links)
  .map(([name, path]) => `<li><a href="${escaped(path)}">${escaped(name)}</a></li>`)
  .join('\n')}
</ul>
</body>
</html>
`;
