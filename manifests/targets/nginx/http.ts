import { block, type Directive, directive } from './syntax.ts';
import type { NginxTarget } from './target.ts';

/** Names of media types by the file endings of guide row NG-15. */
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

/** Guide rows NG-16, OB-29. The query is left out: a caller may put a secret into it. */
const logFormat = [
  '$remote_addr - $remote_user [$time_local] "$request_method $uri $server_protocol"',
  '$status $body_bytes_sent "$http_user_agent"',
  'rt=$request_time',
  ...(['connect', 'header', 'response'] as const).map((step) =>
    quoted({ connect: 'uct', header: 'uht', response: 'urt' }[step], `$upstream_${step}_time`),
  ),
  'rid=$edge_request_id',
];

/** Guide row NG-09. Events are never compressed: they would wait in the compressor. */
const compression: readonly Directive[] = [
  directive('gzip', 'on'),
  directive('gzip_types', 'text/plain', 'text/css', 'text/javascript', 'application/json', 'application/problem+json', 'image/svg+xml'),
  directive('gzip_min_length', 1024),
  directive('gzip_proxied', 'any'),
  directive('gzip_vary', 'on'),
];

/** Where nginx keeps what does not fit into memory: bodies and answers (it makes the other folders too). */
const temporary = (folder: string) =>
  ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map((name) => directive(`${name}_temp_path`, `${folder}/${name}`));

/** What holds for every server. */
export const httpRules = ({ files }: NginxTarget): readonly Directive[] => [
  // The type of an answer never follows from the path alone: a file's is told where files are served.
  block('types', [], []),
  directive('log_format', 'main', logFormat.join(' ')),
  directive('access_log', files.accessLog, 'main'),
  ...(files.temporary === undefined ? [] : temporary(files.temporary)),
  directive('server_tokens', 'off'),
  directive('sendfile', 'on'),
  ...compression,
];
