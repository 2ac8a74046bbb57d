/** The storage has no space left: a retry does not help. */
export class StorageFullError extends Error {
  override readonly name = 'StorageFullError';
}
export class StorageError extends Error {
  override readonly name = 'StorageError';
}
