/** What GET /v1/party says of the program; a test holds the version against package.json. */
export const SOFTWARE = { name: 'sharemesh-share-server', version: '0.1.0' } as const;
