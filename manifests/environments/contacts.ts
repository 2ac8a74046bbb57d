/** The contacts in alerts and runbooks: a phone number, an e-mail address or a URL each. */
export interface Contacts {
  /** At any time, for critical alerts. */
  readonly onCall: string;
  readonly operations: string;
  readonly security: string;
}
