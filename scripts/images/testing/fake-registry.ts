import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';

/** Time of the build of each tag of each repository; null: the constant time of a reproducible build. */
export type Repositories = Readonly<Record<string, Readonly<Record<string, string | null>>>>;

interface Content {
  readonly type: string;
  readonly body: string;
}
const indexType = 'application/vnd.oci.image.index.v1+json';
const manifestType = 'application/vnd.oci.image.manifest.v1+json';
const digestOf = (body: string) => `sha256:${createHash('sha256').update(body).digest('hex')}`;

/** The index of an image as BuildKit pushes it: one manifest per platform, and an attestation. */
function storeImage(tag: string, createdAt: string, contents: Map<string, Content>): string {
  const put = (type: string, value: object) => {
    const body = JSON.stringify(value);
    contents.set(digestOf(body), { type, body });
    return { mediaType: type, size: body.length, digest: digestOf(body) };
  };
  const manifestFor = (architecture: string, created: string) =>
    put(manifestType, {
      schemaVersion: 2,
      mediaType: manifestType,
      config: put('application/vnd.oci.image.config.v1+json', { architecture, os: 'linux', created, tag }),
      layers: [],
    });
  return put(indexType, {
    schemaVersion: 2,
    mediaType: indexType,
    manifests: [
      { ...manifestFor('unknown', '1999-01-01T00:00:00Z'), platform: { os: 'unknown', architecture: 'unknown' } },
      { ...manifestFor('arm64', '1998-01-01T00:00:00Z'), platform: { os: 'linux', architecture: 'arm64' } },
      { ...manifestFor('amd64', createdAt), platform: { os: 'linux', architecture: 'amd64' } },
    ],
  }).digest;
}

/**
 * A registry with anonymous tokens and pages of two tags, as Docker Hub and ghcr.io have them.
 * @param corrupt manifests have other content than their digest
 */
export async function startFakeRegistry(repositories: Repositories, { corrupt = false } = {}) {
  const contents = new Map<string, Content>();
  const digests = new Map<string, string>();
  for (const [repository, tags] of Object.entries(repositories))
    for (const [tag, createdAt] of Object.entries(tags))
      digests.set(`${repository}:${tag}`, storeImage(tag, createdAt ?? '1970-01-01T00:00:00Z', contents));
  const requests: string[] = [];

  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://registry');
    const host = request.headers.host ?? '';
    requests.push(url.pathname);
    const send = (status: number, body = '{}', headers = {}) => response.writeHead(status, headers).end(body);
    if (url.pathname === '/token') {
      const isComplete = url.searchParams.get('service') === 'registry.test';
      return send(isComplete ? 200 : 400, JSON.stringify({ token: `pull:${url.searchParams.get('scope')}` }));
    }
    const [, repository = '', kind = '', name = ''] = /^\/v2\/(.+)\/(tags|manifests|blobs)\/([^/]+)$/.exec(url.pathname) ?? [];
    if (request.headers.authorization !== `Bearer pull:repository:${repository}:pull`)
      return send(401, '{"errors":[{"code":"UNAUTHORIZED"}]}', {
        'WWW-Authenticate': `Bearer realm="http://${host}/token",service="registry.test",scope="repository:${repository}:pull"`,
      });
    const tags = Object.keys(repositories[repository] ?? {}).sort();
    if (kind === 'tags') {
      if (!(repository in repositories)) return send(404, '{"errors":[{"code":"NAME_UNKNOWN"}]}');
      const start = tags.indexOf(url.searchParams.get('last') ?? '') + 1;
      const page = tags.slice(start, start + 2);
      const more = start + 2 < tags.length;
      const link = { Link: `</v2/${repository}/tags/list?last=${page.at(-1)}&n=2>; rel="next"` };
      return send(200, JSON.stringify({ name: repository, tags: page }), more ? link : {});
    }
    const digest = digests.get(`${repository}:${name}`) ?? name;
    const content = contents.get(digest);
    if (content === undefined) return send(404, '{"errors":[{"code":"MANIFEST_UNKNOWN"}]}');
    if (kind === 'manifests' && !request.headers.accept?.includes(content.type)) return send(404);
    return send(200, corrupt ? `${content.body} ` : content.body, {
      'Content-Type': content.type,
      'Docker-Content-Digest': digest,
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = Object(server.address());
  return {
    host: `127.0.0.1:${port}`,
    requests,
    digestOf: (image: string) => digests.get(image) ?? '',
    [Symbol.dispose]: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
