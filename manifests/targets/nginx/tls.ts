import { type Directive, directive } from './syntax.ts';
import type { NginxTarget } from './target.ts';

/**
 * Suites with forward secrecy and authenticated encryption only (Mozilla's "intermediate"). The guides' lists have a suite that does not exist
 * and CBC suites. All are strong, so the client chooses the one that its processor accelerates.
 */
const ciphers = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].flatMap((suite) => [
  `ECDHE-ECDSA-${suite}`,
  `ECDHE-RSA-${suite}`,
]);

/** nginx 1.25.1 warns about the parameter `http2` of `listen`, and older versions do not know the directive. */
export const hasHttp2Directive = ({ resolver }: NginxTarget) => resolver !== undefined;

export const tlsRules = (target: NginxTarget): readonly Directive[] => [
  directive('ssl_protocols', 'TLSv1.2', 'TLSv1.3'),
  directive('ssl_ciphers', ciphers.join(':')),
  directive('ssl_prefer_server_ciphers', 'off'),
  directive('ssl_session_cache', 'shared:tls:10m'),
  directive('ssl_session_timeout', '1d'),
  directive('ssl_session_tickets', 'off'),
  ...(hasHttp2Directive(target) ? [directive('http2', 'on')] : []),
];
