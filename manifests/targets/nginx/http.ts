import { block, type Directive, directive } from './syntax.ts';
import type { NginxTarget } from './target.ts';

/** Media types and their file extensions. */
export const mediaTypes: Readonly<Record<string, readonly string[]>> = {
  'text/css': ['css'],
  'text/javascript': ['js'],
  'image/png': ['png'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/gif': ['gif'],
  'image/svg+xml': ['svg'],
  'image/x-icon': ['ico'],
};

const quoted = (name: string, variable: string) => `${name}="${variable}"`;

/** The access log, without the query, which may contain a secret. */
const logFormat = [
  '$remote_addr - $remote_user [$time_local] "$request_method $uri $server_protocol"',
  '$status $body_bytes_sent "$http_user_agent"',
  'rt=$request_time',
  ...(['connect', 'header', 'response'] as const).map((step) =>
    quoted({ connect: 'uct', header: 'uht', response: 'urt' }[step], `$upstream_${step}_time`),
  ),
  'rid=$edge_request_id',
];

/** Compression, except for event streams, which it would buffer. */
const compression: readonly Directive[] = [
  directive('gzip', 'on'),
  directive('gzip_types', 'text/plain', 'text/css', 'text/javascript', 'application/json', 'application/problem+json', 'image/svg+xml'),
  directive('gzip_min_length', 1024),
  directive('gzip_proxied', 'any'),
  directive('gzip_vary', 'on'),
];

/** Folders for bodies and responses that do not fit into memory. */
const temporary = (folder: string) =>
  ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => directive(`${name}_temp_path`, `${folder}/${name}`));

/** The directives of all servers. */
export const httpRules = ({ files }: NginxTarget): readonly Directive[] => [
  // No media type by file extension, except for static files.
  block('types', [], []),
  directive('log_format', 'main', logFormat.join(' ')),
  directive('access_log', files.accessLog, 'main'),
  ...(files.temporary === undefined ? [] : temporary(files.temporary)),
  directive('server_tokens', 'off'),
  directive('sendfile', 'on'),
  ...compression,
];
