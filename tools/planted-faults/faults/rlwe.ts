import type { Fault } from '../fault.ts';

const randomness = 'packages/rlwe/src/ring/randomness.ts';
const encrypt = 'packages/rlwe/src/encryption/encrypt.ts';
const secretKey = 'packages/rlwe/src/encryption/secret-key.ts';
const rerandomise = 'packages/rlwe/src/encryption/rerandomise.ts';
const evaluate = 'packages/rlwe/src/linear/evaluate.ts';
const layerPlan = 'packages/rlwe/src/linear/layer-plan.ts';
const noise = 'packages/rlwe/src/ring/noise.ts';
const parameters = 'packages/rlwe/src/ring/parameters.ts';
const ring = 'packages/rlwe/src/ring/ring.ts';
const leakage = 'packages/rlwe/src/encryption/key-leakage.ts';
const header = 'packages/rlwe/src/codec/header.ts';
const seeded = 'packages/rlwe/src/codec/seeded.ts';
const reply = 'packages/rlwe/src/codec/reply.ts';
const binding = 'packages/rlwe/src/codec/binding.ts';
const evaluator = 'packages/rlwe/src/evaluator.ts';
const client = 'packages/rlwe/src/ckks-client.ts';
const arena = 'packages/kernels/src/rlwe/arena.ts';
const wasm = 'packages/kernels/src/rlwe/wasm.ts';

const inSession = ['seeds', 'equations', 'wiping'].map(
  (name) => `packages/rlwe/test/session/${name}.test.ts`,
);
const [seeds, equations, wiping] = inSession as [string, string, string];
const noiseTest = 'packages/rlwe/test/ring/noise.test.ts';
const parametersTest = 'packages/rlwe/test/ring/parameters.test.ts';
const canonical = 'packages/rlwe/test/codec/canonical.test.ts';
const hostile = 'packages/rlwe/test/codec/hostile.test.ts';
const bindingTest = 'packages/rlwe/test/codec/binding.test.ts';
const weights = 'packages/rlwe/test/privacy/weights-from-a-reply.test.ts';

const FRESH =
  'every secret polynomial has a fresh seed of 32 bytes from crypto.getRandomValues, used for nothing else';
const TERMS = 'messages are the sums of terms that docs/rlwe.md lists';
const PRIVATE = 'a reply is within 2^-40 of one that is made from W·x alone';
const SECURE = 'parameters stay within the security guidelines of 2024';
const CHECKED = 'every byte of a peer is checked before any arithmetic';
const BOUND = 'a ciphertext is bound to its layer’s whole plan, a key to its ring';
const WIPED = 'secrets are wiped from the kernels’ memory';

const CONSTANT = 'new Uint8Array(SEED_BYTES).fill(7)';

export const rlweFaults: readonly Fault[] = [
  {
    name: 'a secret key from a constant seed',
    claim: FRESH,
    edits: [
      {
        file: secretKey,
        find: "drawSecret('secret', (message) => kernels.sampleTernary(signed, degree, message));",
        replace:
          "kernels.sampleTernary(signed, degree, streamMessage('secret', new Uint8Array(32).fill(7)));",
      },
      { file: secretKey, find: 'import { drawSecret }', replace: 'import { streamMessage }' },
    ],
    tests: [seeds],
  },
  {
    name: 'the uniform half of every ciphertext from a constant seed',
    claim: FRESH,
    edits: [
      {
        file: encrypt,
        find: "const seed = randomSeed(); addError(ring, message, 'error');",
        replace: "const seed = new Uint8Array(32).fill(7); addError(ring, message, 'error');",
      },
    ],
    tests: [seeds],
  },
  {
    name: 'the uniform half of every ciphertext of a process from one random seed',
    claim: FRESH,
    edits: [
      {
        file: encrypt,
        find: "const seed = randomSeed(); addError(ring, message, 'error');",
        replace: "const seed = ONCE; addError(ring, message, 'error');",
      },
      {
        file: encrypt,
        find: '/** a: the uniform half',
        replace: 'const ONCE = randomSeed();\n/** a: the uniform half',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'the uniform half of a public key from a constant seed',
    claim: FRESH,
    edits: [
      {
        file: encrypt,
        find: 'const seed = randomSeed(); ring.scratch',
        replace: 'const seed = new Uint8Array(32).fill(7); ring.scratch',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'every secret polynomial from a constant seed',
    claim: FRESH,
    edits: [
      { file: randomness, find: 'const seed = randomSeed(); for', replace: `const seed = ${CONSTANT}; for` },
    ],
    tests: [seeds],
  },
  ...(['mask', 'mask error', 'flood', 'error', 'key error'] as const).map((purpose): Fault => ({
    name: `the ${purpose} from a constant seed`,
    claim: FRESH,
    edits: [
      {
        file: randomness,
        find: 'const seed = randomSeed(); for',
        replace: `const seed = purpose === '${purpose}' ? ${CONSTANT} : randomSeed(); for`,
      },
    ],
    tests: [seeds],
  })),
  {
    name: 'the mask and its error from one seed',
    claim: FRESH,
    edits: [
      {
        file: randomness,
        find: 'const seed = randomSeed(); for',
        replace:
          "const seed = purpose === 'mask error' ? last.slice() : randomSeed(); if (purpose === 'mask') last = seed.slice(); for",
      },
      {
        file: randomness,
        find: '/** Bytes of a seed',
        replace: 'let last = new Uint8Array(32) as Uint8Array;\n/** Bytes of a seed',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'the mask of one reply used for the next, too',
    claim: FRESH,
    edits: [
      {
        file: randomness,
        find: 'const seed = randomSeed(); for',
        replace:
          "const seed = purpose === 'mask' && count++ % 2 === 1 ? last.slice() : randomSeed(); if (purpose === 'mask') last = seed.slice(); for",
      },
      {
        file: randomness,
        find: '/** Bytes of a seed',
        replace: 'let count = 0; let last = new Uint8Array(32) as Uint8Array;\n/** Bytes of a seed',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'seeds with 4 random bytes',
    claim: FRESH,
    edits: [
      {
        file: randomness,
        find: 'used += SEED_BYTES; return seed;',
        replace: 'used += SEED_BYTES; seed.fill(0, 4); return seed;',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'seeds of 16 bytes',
    claim: FRESH,
    edits: [{ file: randomness, find: 'SEED_BYTES = 32', replace: 'SEED_BYTES = 16' }],
    tests: [seeds],
  },
  {
    name: 'seeds from Math.random',
    claim: FRESH,
    edits: [
      {
        file: randomness,
        find: 'crypto.getRandomValues(pool);',
        replace: 'pool.forEach((_, i) => { pool[i] = Math.floor(Math.random() * 256); });',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'seeds that overlap',
    claim: FRESH,
    edits: [{ file: randomness, find: 'used += SEED_BYTES;', replace: 'used += SEED_BYTES / 2;' }],
    tests: [seeds],
  },
  {
    name: 'a pool of seeds that is filled once only',
    claim: FRESH,
    edits: [
      {
        file: randomness,
        find: 'crypto.getRandomValues(pool);',
        replace: 'if (!filled) crypto.getRandomValues(pool); filled = true;',
      },
      { file: randomness, find: 'pool.fill(0, used, used + SEED_BYTES);', replace: '' },
      {
        file: randomness,
        find: 'let used = pool.length;',
        replace: 'let used = pool.length; let filled = false;',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'streams of different purposes that are the same',
    claim: 'two purposes never share a stream',
    edits: [
      {
        file: randomness,
        find: '`sharemesh v1 rlwe ${purpose}`',
        replace: "`sharemesh v1 rlwe ${'uniform' || purpose}`",
      },
    ],
    tests: [seeds],
  },
  {
    name: 'one stream for all primes of a uniform half',
    claim: 'two primes of one polynomial never share a stream',
    edits: [
      {
        file: randomness,
        find: 'view.setUint16(3 + dst.length + seed.length, index, true);',
        replace: 'view.setUint16(3 + dst.length + seed.length, 0 * index, true);',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'a stream that leaves out half of its seed',
    claim: FRESH,
    edits: [
      {
        file: randomness,
        find: 'message.set(seed, 3 + dst.length);',
        replace: 'message.set(seed.subarray(0, 16), 3 + dst.length);',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'a ciphertext without an error',
    claim: TERMS,
    edits: [{ file: encrypt, find: "addError(ring, message, 'error');", replace: '' }],
    tests: [equations],
  },
  {
    name: 'a public key without an error',
    claim: TERMS,
    edits: [{ file: encrypt, find: "addError(ring, error, 'key error');", replace: '' }],
    tests: [equations],
  },
  {
    name: 'errors of ciphertexts that are ternary',
    claim: TERMS,
    edits: [
      {
        file: encrypt,
        find: 'kernels.sampleBinomial(signed, degree, stream)',
        replace: 'kernels.sampleTernary(signed, degree, stream)',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'errors in half of the coefficients',
    claim: TERMS,
    edits: [
      {
        file: encrypt,
        find: 'kernels.sampleBinomial(signed, degree, stream)',
        replace: 'kernels.sampleBinomial(signed, degree / 2, stream)',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'an error modulo the first prime only',
    claim: TERMS,
    edits: [
      {
        file: encrypt,
        find: 'kernels.add(target, target, ring.limb(error, k), degree, p);',
        replace: 'if (k === 0) kernels.add(target, target, ring.limb(error, k), degree, p);',
      },
    ],
    tests: [equations],
  },
  {
    name: 'a ciphertext that the key does not mask',
    claim: TERMS,
    edits: [
      {
        file: encrypt,
        find: 'kernels.multiplySubtract(target, ring.limb(a, k), ring.limb(key.s, k), m, degree, p);',
        replace: 'kernels.words(target, degree).set(kernels.words(m, degree)); void p;',
      },
    ],
    tests: [equations],
  },
  {
    name: 'a secret key of zeros and ones',
    claim: 'secrets are uniform ternary',
    edits: [
      {
        file: secretKey,
        find: "drawSecret('secret', (message) => kernels.sampleTernary(signed, degree, message));",
        replace: "drawSecret('secret', (message) => { kernels.sampleSigned(signed, degree, 1, message); });",
      },
    ],
    tests: [seeds],
  },
  {
    name: 'a sparse secret key',
    claim: 'secrets are uniform ternary',
    edits: [
      {
        file: secretKey,
        find: 'ring.fromDigits(s, signed);',
        replace: 'kernels.words(signed, degree).fill(0, 64); ring.fromDigits(s, signed);',
      },
    ],
    tests: [equations],
  },
  {
    name: 'replies without the mask',
    claim: PRIVATE,
    edits: [{ file: evaluate, find: 'if (key) addMask(ring, c0, c1, key);', replace: '' }],
    tests: [equations, weights],
  },
  {
    name: 'replies without the error of the mask on c1',
    claim: PRIVATE,
    edits: [{ file: evaluate, find: 'if (key) addMaskError(ring, c1);', replace: '' }],
    tests: [equations],
  },
  {
    name: 'replies without flooding',
    claim: PRIVATE,
    edits: [
      {
        file: evaluate,
        find: 'if (plan.floodBits !== undefined) addFlood(ring, results, count, plan.floodBits);',
        replace: '',
      },
    ],
    tests: [equations],
  },
  {
    name: 'a flood that leaves out the last outputs',
    claim: PRIVATE,
    edits: [
      {
        file: evaluate,
        find: 'addFlood(ring, results, count, plan.floodBits);',
        replace:
          'ring.limbs.forEach((_, k) => void k), outputs > 8 ? undefined : addFlood(ring, results, count, plan.floodBits);',
      },
    ],
    tests: [equations],
  },
  {
    name: 'a flood that is 8 bits too low',
    claim: PRIVATE,
    edits: [
      {
        file: evaluate,
        find: 'addFlood(ring, results, count, plan.floodBits);',
        replace: 'addFlood(ring, results, count, plan.floodBits - 8);',
      },
    ],
    tests: [equations, parametersTest, noiseTest],
  },
  {
    name: 'a flood that is never negative',
    claim: PRIVATE,
    edits: [{ file: rerandomise, find: 'if (!top) shift(', replace: 'shift(' }],
    tests: [equations, noiseTest],
  },
  {
    name: 'a flood of its high digit only',
    claim: PRIVATE,
    edits: [
      {
        file: rerandomise,
        find: 'kernels.sampleSigned(run, count, size, message); if (!top)',
        replace: 'if (top) kernels.sampleSigned(run, count, size, message); if (!top)',
      },
    ],
    tests: [noiseTest],
  },
  {
    name: 'one flood for all coefficients',
    claim: PRIVATE,
    edits: [
      {
        file: rerandomise,
        find: 'if (!top) shift(',
        replace: 'kernels.words(run, count).fill(kernels.words(run, count)[0]!); if (!top) shift(',
      },
    ],
    tests: [noiseTest],
  },
  {
    name: 'masks of two bits',
    claim: 'u and f are uniform on [−2^12, 2^12)',
    edits: [
      {
        file: rerandomise,
        find: 'kernels.sampleSigned(signed, degree, MASK_BITS, message)',
        replace: 'kernels.sampleSigned(signed, degree, 2, message)',
      },
    ],
    tests: [seeds],
  },
  {
    name: 'masks of eight bits, in the bounds too',
    claim: 'u and f are uniform on [−2^12, 2^12)',
    edits: [{ file: noise, find: 'MASK_BITS = 13', replace: 'MASK_BITS = 8' }],
    tests: [seeds],
  },
  {
    name: 'the mask on c1 only',
    claim: TERMS,
    edits: [{ file: rerandomise, find: '[ring.limb(c0, k), p0],', replace: '' }],
    tests: [equations],
  },
  {
    name: 'the mask on c0 only',
    claim: PRIVATE,
    edits: [{ file: rerandomise, find: '[ring.limb(c1, k), p1],', replace: '' }],
    tests: [equations],
  },
  {
    name: 'a flood for 2^-20 in place of 2^-40',
    claim: PRIVATE,
    edits: [{ file: noise, find: 'STATISTICAL_BITS = 40', replace: 'STATISTICAL_BITS = 20' }],
    tests: [parametersTest],
  },
  {
    name: 'a flood for one output, whatever the rows',
    claim: PRIVATE,
    edits: [{ file: layerPlan, find: 'floodBits(hidden, layer.rows)', replace: 'floodBits(hidden, 1)' }],
    tests: [parametersTest],
  },
  {
    name: 'a flood for the noise of the weights alone',
    claim: PRIVATE,
    edits: [{ file: layerPlan, find: 'circuitPrivate ? maskNoise(degree) : NO_NOISE', replace: 'NO_NOISE' }],
    tests: [parametersTest],
  },
  {
    name: 'a flood for one row of the weights where a ciphertext has many',
    claim: PRIVATE,
    edits: [{ file: layerPlan, find: 'rowSum * shape.blockRows', replace: 'rowSum' }],
    tests: [parametersTest],
  },
  {
    name: 'as many outputs in a reply as its ring has room for',
    claim: 'a reply shows no more outputs than a dishonest key may see',
    edits: [
      {
        file: layerPlan,
        find: 'maxOutputs: circuitPrivate ? maxPrivateOutputs(parameters) : degree',
        replace: 'maxOutputs: degree',
      },
    ],
    tests: [parametersTest],
  },
  {
    name: 'twice as many outputs in a reply as may be',
    claim: 'a reply shows no more outputs than a dishonest key may see',
    edits: [
      {
        file: leakage,
        find: 'Math.floor(spareBits / bitsPerOutput)',
        replace: 'Math.floor((2 * spareBits) / bitsPerOutput)',
      },
    ],
    tests: [parametersTest],
  },
  {
    name: 'rows of a batch that share a reply beyond that',
    claim: 'a reply shows no more outputs than a dishonest key may see',
    edits: [
      {
        file: 'packages/rlwe/src/linear/block-shape.ts',
        find: 'Math.max(1, Math.min(room, Math.floor(maxOutputs / blockRows)))',
        replace: 'Math.max(1, room)',
      },
    ],
    tests: [parametersTest],
  },
  {
    name: 'the table of 2018',
    claim: SECURE,
    edits: [{ file: parameters, find: '4096: 106,', replace: '4096: 109,' }],
    tests: [parametersTest],
  },
  {
    name: 'no margin below the table',
    claim: SECURE,
    edits: [{ file: parameters, find: 'MARGIN_BITS = 1', replace: 'MARGIN_BITS = 0' }],
    tests: [parametersTest],
  },
  {
    name: 'a larger modulus in one set, and a table that allows it',
    claim: SECURE,
    edits: [
      { file: parameters, find: '4096: 106,', replace: '4096: 120,' },
      {
        file: parameters,
        find: '1_073_692_673, 33_538_049, 33_349_633, 33_292_289',
        replace: '134_176_769, 134_111_233, 134_012_929, 133_963_777',
      },
    ],
    tests: [parametersTest],
  },
  {
    name: 'rings of any parameters',
    claim: SECURE,
    edits: [{ file: ring, find: 'assertSecure(parameters);', replace: 'void assertSecure;' }],
    tests: [parametersTest],
  },
  {
    name: 'moduli of which one comes twice',
    claim: SECURE,
    edits: [
      { file: parameters, find: 'new Set(moduli).size !== moduli.length', replace: 'moduli.length < 0' },
    ],
    tests: [parametersTest],
  },
  {
    name: 'moduli that are not prime',
    claim: SECURE,
    edits: [{ file: parameters, find: '|| !isPrime(p)', replace: '|| (p < 0 && !isPrime(p))' }],
    tests: [parametersTest],
  },
  {
    name: 'residues that need not be below their primes',
    claim: CHECKED,
    edits: [{ file: seeded, find: '!kernels.isBelow(limbAddress(k), degree, p)', replace: 'p < 0' }],
    tests: [canonical],
  },
  {
    name: 'residues that may be their prime',
    claim: CHECKED,
    edits: [
      {
        file: seeded,
        find: 'kernels.isBelow(limbAddress(k), degree, p)',
        replace: 'kernels.isBelow(limbAddress(k), degree, p + 1)',
      },
    ],
    tests: [canonical],
  },
  {
    name: 'residues that are checked for the first prime only',
    claim: CHECKED,
    edits: [
      {
        file: seeded,
        find: '!kernels.isBelow(limbAddress(k), degree, p)',
        replace: 'k === 0 && !kernels.isBelow(limbAddress(k), degree, p)',
      },
    ],
    tests: [canonical],
  },
  {
    name: 'residues of which the last are not checked',
    claim: CHECKED,
    edits: [
      {
        file: seeded,
        find: 'kernels.isBelow(limbAddress(k), degree, p)',
        replace: 'kernels.isBelow(limbAddress(k), degree - 8, p)',
      },
    ],
    tests: [canonical],
  },
  {
    name: 'a request of which the first ciphertext is checked only',
    claim: CHECKED,
    edits: [
      {
        file: evaluator,
        find: 'for (const payload of payloads) {',
        replace: 'for (const payload of payloads.slice(0, 1)) {',
      },
    ],
    tests: [canonical],
  },
  {
    name: 'a request with any number of ciphertexts',
    claim: CHECKED,
    edits: [{ file: evaluator, find: 'payloads.length !== expected', replace: 'payloads.length < 0' }],
    tests: [hostile],
  },
  {
    name: 'replies with words beyond their range',
    claim: CHECKED,
    edits: [
      {
        file: reply,
        find: '!kernels.isBelow(target, Math.ceil(count / 4) * 4, largest + 1)',
        replace: 'largest < 0',
      },
    ],
    tests: [canonical, hostile],
  },
  {
    name: 'replies with bits behind their words',
    claim: CHECKED,
    edits: [
      { file: reply, find: 'padding > 0 && bytes[at + size - 1]! >> padding !== 0', replace: 'padding < 0' },
    ],
    tests: [hostile],
  },
  {
    name: 'payloads made with other parameters',
    claim: BOUND,
    edits: [
      {
        file: header,
        find: 'if (bytes[4 + i] !== binding[i]) {',
        replace: 'if (bytes[4 + i] !== binding[i] && i < 0) {',
      },
    ],
    tests: [hostile],
  },
  {
    name: 'payloads that agree in half of their binding',
    claim: BOUND,
    edits: [{ file: header, find: 'i < BINDING_BYTES; i++', replace: 'i < BINDING_BYTES / 2; i++' }],
    tests: [hostile],
  },
  {
    name: 'payloads of another kind',
    claim: CHECKED,
    edits: [{ file: header, find: '|| bytes[3] !== kind', replace: '' }],
    tests: [hostile],
  },
  {
    name: 'payloads of another version',
    claim: CHECKED,
    edits: [{ file: header, find: '|| bytes[2] !== VERSION', replace: '' }],
    tests: [hostile],
  },
  {
    name: 'payloads of another length',
    claim: CHECKED,
    edits: [
      { file: header, find: 'if (bytes.length !== length) {', replace: 'if (bytes.length < length) {' },
    ],
    tests: [hostile],
  },
  ...(
    [
      ['scheme', 'plan.scheme, ', ''],
      ['tier', 'plan.tier, ', ''],
      ['number of rows', 'layer.rows, layer.columns', 'layer.columns'],
      ['row sum', 'layer.maxRowSum, ', ''],
      ['block shape', 'shape.blockRows, shape.blockColumns, shape.batchRows, ', ''],
      ['encoding', 'encoding.inputBits, encoding.scaleBits', ''],
      ['flood', 'floodBits ?? NO_FLOOD, ', ''],
    ] as const
  ).map(([what, find, replace]): Fault => ({
    name: `ciphertexts that are not bound to the ${what}`,
    claim: BOUND,
    edits: [{ file: binding, find, replace }],
    tests: [bindingTest],
  })),
  {
    name: 'keys that are not bound to the primes',
    claim: BOUND,
    edits: [
      {
        file: binding,
        find: "'sharemesh v1 rlwe ring', degree, ...moduli",
        replace: "'sharemesh v1 rlwe ring', degree, moduli.length",
      },
    ],
    tests: [bindingTest],
  },
  {
    name: 'an answer without a registered key in the circuit-private tier',
    claim: PRIVATE,
    edits: [
      {
        file: evaluator,
        find: 'if (plan.floodBits !== undefined && !key) {',
        replace: 'if (plan.floodBits !== undefined && !key && layer < 0) {',
      },
    ],
    tests: [hostile],
  },
  {
    name: 'the public-model tier by default',
    claim: 'clients use the public-model tier only when told to',
    edits: [{ file: client, find: "tier = 'circuit-private',", replace: "tier = 'public-model'," }],
    tests: [equations, seeds, 'packages/rlwe/test/ring/secrecy.test.ts'],
  },
  {
    name: 'a key that outlives its client',
    claim: WIPED,
    edits: [{ file: client, find: 'kernels.release(start);', replace: 'void start;' }],
    tests: [wiping],
  },
  {
    name: 'memory that is given back as it is',
    claim: WIPED,
    edits: [{ file: arena, find: 'this.bytes(mark, this.#top - mark).fill(0);', replace: '' }],
    tests: [wiping],
  },
  {
    name: 'temporaries that stay when something fails',
    claim: WIPED,
    edits: [
      {
        file: ring,
        find: 'try { return work(); } finally { this.kernels.release(mark); }',
        replace: 'const result = work(); this.kernels.release(mark); return result;',
      },
    ],
    tests: [wiping],
  },
  {
    name: 'secret seeds that stay in memory',
    claim: WIPED,
    edits: [{ file: randomness, find: 'message.fill(0);', replace: '' }],
    tests: [wiping],
  },
  {
    name: 'seeds that stay in the kernels’ memory',
    claim: WIPED,
    edits: [{ file: wasm, find: 'copy.fill(0);', replace: '' }],
    tests: [wiping],
  },
  {
    name: 'the public key’s uniform half expanded like a ciphertext’s',
    claim: 'p1 cannot be related to an a_i',
    edits: [
      {
        file: encrypt,
        find: "maskWithKey(ring, key, p0, error, seed, 'public key');",
        replace: "maskWithKey(ring, key, p0, error, seed, 'uniform');",
      },
      { file: evaluator, find: "seed, 'public key');", replace: "seed, 'uniform');" },
    ],
    tests: [equations, seeds],
  },
  {
    name: 'bounds of the noise that forget its tail',
    claim: 'measured noise never exceeds its bound',
    edits: [{ file: noise, find: 'Math.sqrt(130 * Math.LN2)', replace: 'Math.sqrt(6 * Math.LN2)' }],
    tests: [noiseTest, parametersTest],
  },
];
