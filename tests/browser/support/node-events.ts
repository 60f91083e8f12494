/** In place of `node:events`, for test support that silences a warning which browsers do not have. */
export function setMaxListeners(): void {}
