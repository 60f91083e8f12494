// Built from assembly/field/index.ts by `npm run build:wasm`: 113 bytes of WebAssembly. Do not edit.
export const wasmBase64 =
  'AGFzbQEAAAABBwFgAn9/AX8CDwEDZW52Bm1lbW9yeQIAAQMCAQAHDQEJY2Fub25pY2FsAAAKOgE4ACAAIAFBA3RqIQEDQCAAIAFJBEAgACkDAEL//////////x9aBEBBAA8LIABBCGohAAwBCwtBAQs=';
