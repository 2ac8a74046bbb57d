/**
 * Every problem that the API returns (RFC 9457). Clients may depend on `code`: it does not change.
 */
interface Problem {
  readonly status: number;
  readonly title: string;
  /** What the caller can do about it. */
  readonly remedy: string;
  /** Whether the same request may succeed later: batches retry such an item. */
  readonly transient: boolean;
}

export const problems = {
  malformed_json: {
    status: 400,
    title: 'The body is not JSON',
    remedy: 'Send a JSON object with Content-Type: application/json.',
    transient: false,
  },
  malformed_form: {
    status: 400,
    title: 'The body is not a form',
    remedy: 'Send multipart/form-data as RFC 7578 defines it, with each field once.',
    transient: false,
  },
  malformed_request: {
    status: 400,
    title: 'The request is not valid HTTP',
    remedy: 'Send one Host header, headers in UTF-8, and a target whose other characters are percent-encoded UTF-8.',
    transient: false,
  },
  unauthorized: { status: 401, title: 'No valid credential', remedy: 'Send Authorization: Bearer with a valid API key.', transient: false },
  login_failed: {
    status: 401,
    title: 'Login failed',
    remedy: 'Send the right credentials. If a password is lost, an administrator can set a new one.',
    transient: false,
  },
  budget_exhausted: {
    status: 402,
    title: 'The budget is used up',
    remedy: 'Wait for the next month, or have the budget raised.',
    transient: false,
  },
  forbidden: {
    status: 403,
    title: 'Permission missing',
    remedy: 'Use a key that holds the permission named in the detail.',
    transient: false,
  },
  cross_origin_request: {
    status: 403,
    title: 'The session cookie works for pages of this origin only',
    remedy: 'Send Authorization: Bearer with an API key, or send the request from a page of this service.',
    transient: false,
  },
  not_found: { status: 404, title: 'No such resource', remedy: 'Check the path against /api/v1/openapi.json.', transient: false },
  metrics_not_public: {
    status: 404,
    title: 'Metrics are not public here',
    remedy: 'Send an API key with the permission Admin, or scrape METRICS_PORT of the process.',
    transient: false,
  },
  method_not_allowed: { status: 405, title: 'Method not allowed', remedy: 'Use a method of the Allow header.', transient: false },
  request_timeout: {
    status: 408,
    title: 'The request came too slowly',
    remedy: 'Send the whole request within 60 seconds.',
    transient: false,
  },
  conflict: { status: 409, title: 'Conflict with the current state', remedy: 'Change what the detail names.', transient: false },
  idempotency_in_flight: {
    status: 409,
    title: 'The first request with this key is still running',
    remedy: 'Send the same request again after the seconds in Retry-After.',
    transient: true,
  },
  credential_gone: {
    status: 410,
    title: 'The credential in the stored response is no longer valid',
    remedy: 'Send the request with another Idempotency-Key to get a new credential.',
    transient: false,
  },
  export_gone: {
    status: 410,
    title: 'The link or the file has expired',
    remedy: 'Read the export again for a new link, or create it again.',
    transient: false,
  },
  invalid_link: {
    status: 403,
    title: 'The link is not valid',
    remedy: 'Use the whole link, or read the export again for a new one.',
    transient: false,
  },
  model_not_found: { status: 404, title: 'No such text model', remedy: 'Name a model of /v1/models.', transient: false },
  context_length_exceeded: {
    status: 400,
    title: 'The request is longer than the context window of the text model',
    remedy: 'Shorten the conversation, or name a model with a larger context window.',
    transient: false,
  },
  model_rejected: {
    status: 400,
    title: 'The text model rejects the request',
    remedy: 'Change what the detail names.',
    transient: false,
  },
  payload_too_large: {
    status: 413,
    title: 'The body is too large',
    remedy: 'Send at most the number of bytes named in the detail.',
    transient: false,
  },
  unsupported_media_type: {
    status: 415,
    title: 'Content type not supported',
    remedy: 'Send Content-Type: application/json.',
    transient: false,
  },
  misdirected_host: { status: 421, title: 'Host not served here', remedy: 'Call one of the hosts in TRUSTED_HOSTS.', transient: false },
  invalid_request: {
    status: 422,
    title: 'The request does not match its schema',
    remedy: 'Fix the fields listed in errors.',
    transient: false,
  },
  invalid_image: {
    status: 422,
    title: 'The picture cannot be used',
    remedy: 'Send a complete JPEG, PNG or WebP of at most 10 MiB and 50 megapixels.',
    transient: false,
  },
  image_unreachable: {
    status: 422,
    title: 'The picture cannot be downloaded',
    remedy: 'Check that anyone can open the URL, or send the picture itself.',
    transient: true,
  },
  no_vision_model: {
    status: 422,
    title: 'No connected text model reads pictures',
    remedy: 'Describe the picture in content_description and omit image, or connect a model with the capability vision.',
    transient: false,
  },
  unusable_description: {
    status: 422,
    title: 'No caption can be written about the description',
    remedy: 'Say in a sentence, in English or Spanish, what the picture shows, or connect a language model.',
    transient: false,
  },
  idempotency_mismatch: {
    status: 422,
    title: 'The key was used for another request',
    remedy: 'Use a new Idempotency-Key, or repeat the original request exactly.',
    transient: false,
  },
  rate_limited: { status: 429, title: 'Too many requests', remedy: 'Wait for the seconds in Retry-After.', transient: true },
  headers_too_large: {
    status: 431,
    title: 'The headers are too large',
    remedy: 'Send headers of less than 16 KiB together.',
    transient: false,
  },
  internal: { status: 500, title: 'Unexpected error', remedy: 'Report the request id to the operator.', transient: false },
  bad_gateway: {
    status: 502,
    title: 'The service could not be reached',
    remedy: 'Try again after the seconds in Retry-After.',
    transient: true,
  },
  model_failed: {
    status: 502,
    title: 'The text model failed',
    remedy: 'Try again; if it persists, report the request id.',
    transient: true,
  },
  model_misconfigured: {
    status: 502,
    title: 'The text model is misconfigured',
    remedy: 'Report the request id to the operator: the provider rejects the key or the model of the configuration.',
    transient: false,
  },
  model_quota_exhausted: {
    status: 502,
    title: 'The account at the provider of the text model has no credit',
    remedy: 'Report it to the operator, or name another model.',
    transient: false,
  },
  unavailable: { status: 503, title: 'Temporarily unavailable', remedy: 'Try again after the seconds in Retry-After.', transient: true },
  timeout: { status: 504, title: 'The request took too long', remedy: 'Try again, or request fewer captions.', transient: true },
} as const satisfies Record<string, Problem>;
export type ProblemCode = keyof typeof problems;
