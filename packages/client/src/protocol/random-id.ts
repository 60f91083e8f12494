/** 130 random bits, five a character: a request_id that nobody can guess, meet twice, or link to another. */
export const randomId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(26)), (byte) => (byte & 31).toString(32)).join('');
