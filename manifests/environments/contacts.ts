/** Whom alerts and runbooks name: a phone number, an e-mail address or a URL each. */
export interface Contacts {
  /** At any time, for critical alerts. */
  readonly onCall: string;
  readonly operations: string;
  readonly security: string;
}
export type ContactName = keyof Contacts;
