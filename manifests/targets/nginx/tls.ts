import { type Directive, directive } from './syntax.ts';

/**
 * Suites with forward secrecy and authenticated encryption only (Mozilla's "intermediate"). The guides' lists have a suite that does not exist
 * and CBC suites. All are strong, so the client chooses the one that its processor accelerates.
 */
const ciphers = ['AES128-GCM-SHA256', 'AES256-GCM-SHA384', 'CHACHA20-POLY1305'].flatMap((suite) => [
  `ECDHE-ECDSA-${suite}`,
  `ECDHE-RSA-${suite}`,
]);

export const tlsRules: readonly Directive[] = [
  directive('ssl_protocols', 'TLSv1.2', 'TLSv1.3'),
  directive('ssl_ciphers', ciphers.join(':')),
  directive('ssl_prefer_server_ciphers', 'off'),
  directive('ssl_session_cache', 'shared:tls:10m'),
  directive('ssl_session_timeout', '1d'),
  directive('ssl_session_tickets', 'off'),
];
