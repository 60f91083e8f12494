// Built from assembly/field/index.ts by `npm run build:wasm`: 116 bytes of WebAssembly. Do not edit.
export const wasmBase64 =
  'AGFzbQEAAAABBwFgAn9/AX8CEgEDZW52Bm1lbW9yeQIDAYCABAMCAQAHDQEJY2Fub25pY2FsAAAKOgE4ACAAIAFBA3RqIQEDQCAAIAFJBEAgACkDAEL//////////x9aBEBBAA8LIABBCGohAAwBCwtBAQs=';
