/** Failed logins in `windowSeconds`: the first `free` cause no delay, then each delay is four times as long as the one before. */
interface FailedLoginLimit {
  readonly free: number;
  readonly windowSeconds: number;
  readonly firstWaitSeconds: number;
  readonly longestWaitSeconds: number;
}
const perQuarterHour = { windowSeconds: 900, firstWaitSeconds: 900, longestWaitSeconds: 900 } as const;

/** Only failures count: a correct password never uses up an attempt, and an attacker at one address cannot lock the owner out at another. */
export const failedLoginLimits = {
  /** Of one account from one address. */
  source: { ...perQuarterHour, free: 5, firstWaitSeconds: 2 },
  /** The same if the account is known at the address: it logged in from there recently, or the request carries a credential of the account. */
  knownSource: { ...perQuarterHour, free: 5, firstWaitSeconds: 2, longestWaitSeconds: 60 },
  /** Of one account from all addresses where it is not known: under 2000 guesses a day. */
  account: { ...perQuarterHour, free: 20 },
} as const satisfies Record<string, FailedLoginLimit>;

/** Of one address against all accounts that are not known there (password spraying): `freePerLogin` times RATE_LIMIT_LOGIN_REQUESTS. */
export const failedLoginLimitOfAddress = { ...perQuarterHour, freePerLogin: 6 } as const;
