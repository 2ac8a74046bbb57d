import * as z from 'zod';

/** RFC 5321, section 4.5.3.1: octets of the part before the @, and of a path (256) without its angle brackets. */
const [longestLocalPart, longestAddress] = [64, 254];

/** `atext` of RFC 5322, section 3.2.3. */
const atom = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+";
const dotString = new RegExp(`^${atom}(?:\\.${atom})*$`);
/** `qtextSMTP` and `quoted-pairSMTP`. */
const quotedString = /^"(?:[\x20\x21\x23-\x5b\x5d-\x7e]|\\[\x20-\x7e])*"$/;
/** `sub-domain`, at most as long as DNS allows (RFC 1035, section 2.3.4). */
const label = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?$/;
const ipv4 = /^\d{1,3}(?:\.\d{1,3}){3}$/;

const isIpv4 = (text: string) => ipv4.test(text) && text.split('.').every((part) => Number(part) <= 255);
const isIpv6 = (text: string) => z.ipv6().safeParse(text).success;

/** `address-literal` without its brackets: IANA has registered no tag but IPv6. */
const isLiteral = (text: string) => (/^IPv6:/i.test(text) ? isIpv6(text.slice('IPv6:'.length)) : isIpv4(text));

const isDomain = (text: string) =>
  text.startsWith('[') && text.endsWith(']') ? isLiteral(text.slice(1, -1)) : text.split('.').every((each) => label.test(each));

/**
 * Whether the text is a `Mailbox` of RFC 5321, section 4.1.2, including quoted local parts and address literals: the service stores the
 * address only, so it accepts all that can receive mail. Internationalized domains must be in ASCII form (`xn--…`, RFC 5890); such local
 * parts need RFC 6531, which not every mail server supports. Takes linear time.
 */
export function isMailbox(text: string): boolean {
  if (text.length > longestAddress) return false;
  const at = text.lastIndexOf('@');
  const [local, domain] = [text.slice(0, Math.max(0, at)), text.slice(at + 1)];
  return at > 0 && local.length <= longestLocalPart && (dotString.test(local) || quotedString.test(local)) && isDomain(domain);
}

/** An e-mail address in a body. */
export const emailAddress = z
  .string()
  .max(longestAddress)
  .refine(isMailbox, 'is not an e-mail address (RFC 5321); write an international domain as xn--…')
  .meta({ format: 'email', description: 'A mailbox (RFC 5321); an international domain as xn--…' });
