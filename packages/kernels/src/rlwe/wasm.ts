import { Arena } from './arena.ts';
import { MAX_MESSAGE_BYTES } from './kernels.ts';
import type { Address, RlweKernels } from './kernels.ts';
import { wasmBase64 } from './wasm.generated.ts';

type Operation =
  'add' | 'subtract' | 'multiply' | 'multiplyAdd' | 'multiplySubtract' | 'dotPair' | 'dropPrime';
type Packing = 'pack' | 'unpack' | 'dropBits' | 'restoreBits';

/** The exports of assembly/rlwe: addresses, lengths and constants, all 32-bit words. */
interface Exports extends Pick<RlweKernels, 'ntt' | 'intt' | Operation | Packing> {
  heapBase(): Address;
  isBelow(a: Address, n: number, p: number): number;
  combineDigits(r: Address, digits: Address, count: number, constants: Address, n: number, p: number): void;
  sampleUniform(r: Address, n: number, p: number, message: Address, length: number): void;
  sampleSigned(r: Address, n: number, bits: number, message: Address, length: number): void;
  sampleBinomial(r: Address, n: number, message: Address, length: number): void;
  sampleTernary(r: Address, n: number, message: Address, length: number): void;
  turboShake128(out: Address, size: number, message: Address, length: number, domain: number): void;
  wipeState(): void;
}

const PAGE = 65_536;

let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * The RLWE kernels in WebAssembly SIMD, with a memory of their own: one instance to a key or an evaluator.
 * @throws WebAssembly.CompileError where SIMD is missing
 */
export async function wasmRlweKernels(): Promise<RlweKernels> {
  compiled ??= WebAssembly.compile(Uint8Array.from(atob(wasmBase64), (c) => c.charCodeAt(0)));
  const memory = new WebAssembly.Memory({ initial: 16 });
  const instance = await WebAssembly.instantiate(await compiled, { env: { memory } });
  return wrap(instance.exports as unknown as Exports, memory);
}

function wrap(wasm: Exports, memory: WebAssembly.Memory): RlweKernels {
  const arena = new Arena(
    {
      get buffer() {
        return memory.buffer as ArrayBuffer;
      },
      ensure(byteLength) {
        const missing = Math.ceil((byteLength - memory.buffer.byteLength) / PAGE);
        if (missing > 0) memory.grow(Math.max(missing, Math.min(memory.buffer.byteLength / PAGE, 256)));
      },
    },
    wasm.heapBase(),
  );
  const scratch = arena.allocate(MAX_MESSAGE_BYTES / 4);

  /** Run a sampler on a message, and leave neither the message nor the sponge behind. */
  const withMessage = (message: Uint8Array, run: (address: Address, length: number) => void) => {
    if (message.length > MAX_MESSAGE_BYTES)
      throw new RangeError(`a message exceeds ${MAX_MESSAGE_BYTES} bytes`);
    const copy = arena.bytes(scratch, message.length);
    copy.set(message);
    run(scratch, message.length);
    copy.fill(0);
    wasm.wipeState();
  };

  return {
    implementation: 'wasm',
    allocate: (words) => arena.allocate(words),
    mark: () => arena.mark(),
    release: (mark) => arena.release(mark),
    words: (address, length) => arena.words(address, length),
    bytes: (address, length) => arena.bytes(address, length),

    ntt: wasm.ntt,
    intt: wasm.intt,
    add: wasm.add,
    subtract: wasm.subtract,
    multiply: wasm.multiply,
    multiplyAdd: wasm.multiplyAdd,
    multiplySubtract: wasm.multiplySubtract,
    dotPair: wasm.dotPair,
    dropPrime: wasm.dropPrime,
    pack: wasm.pack,
    unpack: wasm.unpack,
    dropBits: wasm.dropBits,
    restoreBits: wasm.restoreBits,
    combineDigits(r, digits, constants, n, p) {
      arena.words(scratch, constants.length).set(constants);
      wasm.combineDigits(r, digits, constants.length, scratch, n, p);
    },
    isBelow: (a, n, p) => wasm.isBelow(a, n, p) !== 0,

    sampleUniform: (r, n, p, message) =>
      withMessage(message, (address, length) => wasm.sampleUniform(r, n, p, address, length)),
    sampleSigned: (r, n, bits, message) =>
      withMessage(message, (address, length) => wasm.sampleSigned(r, n, bits, address, length)),
    sampleBinomial: (r, n, message) =>
      withMessage(message, (address, length) => wasm.sampleBinomial(r, n, address, length)),
    sampleTernary: (r, n, message) =>
      withMessage(message, (address, length) => wasm.sampleTernary(r, n, address, length)),
    turboShake128(message, domain, length) {
      const mark = arena.mark();
      const out = arena.allocate(Math.ceil(length / 4));
      withMessage(message, (address, size) => wasm.turboShake128(out, length, address, size, domain));
      const bytes = arena.bytes(out, length).slice();
      arena.release(mark);
      return bytes;
    },
  };
}
