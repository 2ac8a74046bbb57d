import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import helmet from 'helmet';

const yearInSeconds = 31_536_000;

const setHeaders = helmet({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'"],
      styleSrc: ["'self'"],
      imgSrc: ["'self'", 'data:'],
      connectSrc: ["'self'"],
      baseUri: ["'none'"],
      formAction: ["'none'"],
      frameAncestors: ["'none'"],
    },
  },
  frameguard: { action: 'deny' },
  hsts: { maxAge: yearInSeconds, includeSubDomains: true },
  // Only obsolete browsers read these.
  dnsPrefetchControl: false,
  ieNoOpen: false,
  permittedCrossDomainPolicies: false,
  originAgentCluster: false,
  xssFilter: false,
});

/** The headers that helmet sets; none of them depends on the request. */
function headersOfHelmet(): Readonly<Record<string, string>> {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  setHeaders(request, response, () => {});
  return Object.fromEntries(Object.entries(response.getHeaders()).map(([name, value]) => [name, String(value)]));
}

/** Security headers of every response: pages load nothing from other hosts and cannot be framed. */
export const securityHeaders: Readonly<Record<string, string>> = { ...headersOfHelmet(), 'x-xss-protection': '1; mode=block' };
