import { createHash } from 'node:crypto';
import * as z from 'zod';

/** One image in a registry. */
export interface RegistryImage {
  readonly digest: string;
  /** Undefined if the registry has no time, or a constant one of a reproducible build. */
  readonly createdAt: Date | undefined;
}

/** Reads one repository by the OCI distribution API (https://github.com/opencontainers/distribution-spec), without credentials. */
export interface RepositoryClient {
  listTags(): Promise<string[]>;
  /** Undefined if the tag does not exist. */
  findImage(tag: string): Promise<RegistryImage | undefined>;
}

const manifestTypes = [
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
  'application/vnd.oci.image.manifest.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
].join(', ');

const platform = z.object({ os: z.string(), architecture: z.string() });
const manifest = z.object({
  manifests: z.array(z.object({ digest: z.string(), platform: platform.optional() })).optional(),
  config: z.object({ digest: z.string() }).optional(),
});
const tagList = z.object({ tags: z.array(z.string()).nullable() });
const imageConfig = z.object({ created: z.string().optional() });
const tokenResponse = z.union([
  z.object({ token: z.string() }).transform(({ token }) => token),
  z.object({ access_token: z.string() }).transform((response) => response.access_token),
]);

/** Docker Hub serves the API from another host. */
const apiHost = (host: string) => (host === 'docker.io' ? 'registry-1.docker.io' : host);
/** Like Docker, without TLS on this machine only. */
const originOf = (host: string) => `${/^(?:localhost|127\.0\.0\.1)(?::|$)/.test(host) ? 'http' : 'https'}://${apiHost(host)}`;

const requestMs = 30_000;
const maxPages = 100;

export function createRepositoryClient(host: string, repository: string, signal: AbortSignal): RepositoryClient {
  const root = `${originOf(host)}/v2/${repository}`;
  let token: string | undefined;

  const send = (url: string, accept: string) =>
    fetch(url, {
      headers: { Accept: accept, ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }) },
      signal: AbortSignal.any([signal, AbortSignal.timeout(requestMs)]),
    });

  /** Repeats a request with an anonymous token if the registry requires one. @returns undefined for 404 */
  async function get(url: string, accept = 'application/json'): Promise<Response | undefined> {
    let response = await send(url, accept);
    if (response.status === 401) {
      token = await fetchToken(response.headers.get('WWW-Authenticate') ?? '');
      response = await send(url, accept);
    }
    if (response.status === 404) return undefined;
    if (!response.ok) throw new Error(`${url} returned ${response.status}`);
    return response;
  }

  async function fetchToken(challenge: string): Promise<string> {
    const { realm, ...parameters } = Object.fromEntries(
      [...challenge.matchAll(/\b(\w{1,20})="([^"]{0,500})"/g)].map(([, key = '', value = '']) => [key, value]),
    );
    if (!/^Bearer /i.test(challenge) || realm === undefined) throw new Error(`${root} requires a credential: ${challenge}`);
    const url = new URL(realm);
    for (const [key, value] of Object.entries({ scope: `repository:${repository}:pull`, ...parameters })) url.searchParams.set(key, value);
    url.searchParams.delete('error');
    const response = await send(url.href, 'application/json');
    if (!response.ok) throw new Error(`${url.origin} issued no token: ${response.status}`);
    return tokenResponse.parse(await response.json());
  }

  async function readManifest(reference: string) {
    const response = await get(`${root}/manifests/${reference}`, manifestTypes);
    if (response === undefined) return undefined;
    const bytes = new Uint8Array(await response.arrayBuffer());
    const digest = `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
    const stated = response.headers.get('Docker-Content-Digest') ?? digest;
    const expected = reference.startsWith('sha256:') ? reference : stated;
    if (digest !== expected) throw new Error(`${root}: the content of ${reference} has the digest ${digest}, not ${expected}`);
    return { digest, ...manifest.parse(JSON.parse(new TextDecoder().decode(bytes))) };
  }

  /** The time in the configuration of the image for one platform, because an index has none. */
  async function createdAt({ manifests, config }: z.infer<typeof manifest>): Promise<Date | undefined> {
    const isLinux = ({ platform }: { platform?: { os: string; architecture: string } | undefined }) =>
      platform?.os === 'linux' && platform.architecture === 'amd64';
    const child = manifests?.find(isLinux) ?? manifests?.[0];
    const configDigest = child === undefined ? config?.digest : (await readManifest(child.digest))?.config?.digest;
    const response = configDigest === undefined ? undefined : await get(`${root}/blobs/${configDigest}`);
    if (response === undefined) return undefined;
    const created = new Date(imageConfig.parse(await response.json()).created ?? Number.NaN);
    return created.getUTCFullYear() >= 2000 ? created : undefined;
  }

  return {
    async listTags() {
      const tags: string[] = [];
      let url: string | undefined = `${root}/tags/list?n=1000`;
      for (let page = 0; url !== undefined && page < maxPages; page++) {
        const response = await get(url);
        if (response === undefined) throw new Error(`${root} does not exist`);
        tags.push(...(tagList.parse(await response.json()).tags ?? []));
        const next = /^<([^>]+)>; *rel="?next"?/.exec(response.headers.get('Link') ?? '')?.[1];
        url = next === undefined ? undefined : new URL(next, response.url).href;
      }
      return tags;
    },
    async findImage(tag) {
      const found = await readManifest(tag);
      return found && { digest: found.digest, createdAt: await createdAt(found) };
    },
  };
}
