/** Bytes in lower-case hex. */
export const hex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');

/** 128 random bits: a request_id that nobody can guess, meet twice, or link to another. */
export const randomId = (): string => hex(crypto.getRandomValues(new Uint8Array(16)));
