import type { FieldKernels } from '@sharemesh/kernels/field';
import {
  P,
  bindingBytes,
  bindingOf,
  certify,
  checkReply,
  combineSketches,
  computeSketch,
  decode,
  encode,
  expandSeed,
  fieldToBytes,
  interpolateShares,
  mod,
  modInverse,
  packField,
  reconstructAdditive,
  reconstructShamir,
  sketchShare,
} from '../../src/index.ts';
import type { FieldVector, SeedPurpose, Share, ShareBinding, SharingBinding } from '../../src/index.ts';
import { shareAdditiveFrom } from '../../src/additive.ts';
import { evaluate } from '../../src/polynomial.ts';
import type { RandomSource } from '../../src/random.ts';
import { shareShamirFrom } from '../../src/shamir.ts';
import { xofBytes } from '../../src/xof.ts';

// Recomputes the committed test vectors, file by file. README.md, beside them, has their format.

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
const decimals = (vector: Iterable<bigint>) => Array.from(vector, (element) => element.toString());
const field = (...elements: bigint[]) => BigUint64Array.from(elements, mod);

/** 32 bytes k, k + 1, k + 2, … */
const seedFrom = (k: number) => Uint8Array.from({ length: 32 }, (_, i) => k + i);

/** Gives the seeds 0…, 32…, 64… in turn, as a fixed answer to what is otherwise random. */
function seedsInTurn(): RandomSource {
  let next = 0;
  return (target) => {
    target.set(seedFrom(next));
    next += 32;
  };
}

/** `dGVzdC12ZWN0b3ItMDAwMQ` for party 1. */
const requestIdOf = (partyId: number) => btoa(`test-vector-${String(partyId).padStart(4, '0')}`).slice(0, 22);

const binding = (batchSize: number, columns: number): SharingBinding => ({
  modelDigest: 'sha256:00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff',
  layer: 2,
  requestIds: Array.from({ length: 16 }, (_, i) => requestIdOf(i + 1)),
  batchSize,
  columns,
});

const onPaper = (b: ShareBinding) => ({
  model_digest: b.modelDigest,
  layer: b.layer,
  request_id: b.requestId,
  parties: b.parties,
  party_id: b.partyId,
  batch_size: b.batchSize,
  columns: b.columns,
});

/** The binding of a sharing: each party's request has an id of its own. */
const sharingOnPaper = ({ modelDigest, layer, requestIds, batchSize, columns }: SharingBinding, parties: number) => ({
  model_digest: modelDigest,
  layer,
  request_ids: requestIds.slice(0, parties),
  batch_size: batchSize,
  columns,
});

const sharesOnPaper = (shares: readonly Share[]) =>
  shares.map((share) => ({
    party_id: share.partyId,
    kind: share.kind,
    ...(share.kind === 'seed' ? { seed: hex(share.seed) } : {}),
    vector: decimals(share.vector),
  }));

function fieldVectors(kernels: FieldKernels) {
  const edges = [0n, 1n, 2n, P >> 1n, (P >> 1n) + 1n, P - 2n, P - 1n, 1n << 32n, 0x0123_4567_89ab_cdefn];
  const one = (a: bigint) => BigUint64Array.of(a);
  return {
    modulus: P.toString(),
    arithmetic: edges.flatMap((a) =>
      edges.map((b) => ({
        a: a.toString(),
        b: b.toString(),
        sum: kernels.add(one(a), one(b))[0]!.toString(),
        difference: kernels.subtract(one(a), one(b))[0]!.toString(),
        product: kernels.dot(one(a), one(b)).toString(),
      })),
    ),
    inverses: edges.filter((a) => a !== 0n).map((a) => ({ a: a.toString(), inverse: modInverse(a).toString() })),
    encodings: [[], edges.slice(0, 1), edges.slice(4, 7), edges].map((elements) => ({
      elements: decimals(elements),
      field61: hex(fieldToBytes(BigUint64Array.from(elements))),
      'field61-packed': hex(packField(BigUint64Array.from(elements))),
    })),
  };
}

function fixedPointVectors(kernels: FieldKernels) {
  const inputs: [x: number[], fractionBits: number][] = [
    [[0, 1, -1, 0.5, 1.5, 2.5, -0.5, -1.5, -2.5], 0],
    [[0.1, -0.1, 1 / 3, Math.PI, -Math.E, 1e-9], 20],
    [[0.1, -0.1, 1 / 3, 3.999999999999999], 58],
    [[2 ** 40, -(2 ** 40), 123_456_789.125], 16],
    [[5e-324, -5e-324, 2 ** -61, 3 * 2 ** -61], 60],
  ];
  const outputs: [y: FieldVector, fractionBits: number, rowScales: number[]][] = [
    [field(0n, 1n, -1n, P >> 1n, (P >> 1n) + 1n, 1n << 53n), 0, [1]],
    [field(1000n, -1000n, 7n, -7n), 10, [0.5, 0.001]],
    [field(123_456_789_012_345n, -987_654_321n, 5n), 30, [1e-4, 3, 0.7]],
  ];
  return {
    encode: inputs.map(([x, fractionBits]) => ({
      x,
      fraction_bits: fractionBits,
      encoded: decimals(encode(kernels, Float64Array.from(x), fractionBits)),
    })),
    refused: [
      { x: 2 ** 60, fraction_bits: 0, code: 'INPUT_OUT_OF_RANGE' },
      { x: -1, fraction_bits: 60, code: 'INPUT_OUT_OF_RANGE' },
      { x: 1, fraction_bits: 61, code: 'INVALID_INPUT' },
    ],
    decode: outputs.map(([y, fractionBits, rowScales]) => ({
      y: decimals(y),
      fraction_bits: fractionBits,
      row_scales: rowScales,
      decoded: [...decode(kernels, y, fractionBits, Float64Array.from(rowScales))],
    })),
  };
}

function certificateVectors() {
  const questions: [maxRowSum: number, maxAbs: number, min: number, max: number][] = [
    [1, 1, 0, 60],
    [1, 0, 0, 60],
    [0, 1, 0, 60],
    [784 * 8_191, 1, 8, 24],
    [784 * 8_191, 1, 8, 60],
    [784 * (2 ** 27 - 1), 1, 8, 60],
    [2 ** 8, 2 ** 52 - 1, 0, 60],
    [Number.MAX_SAFE_INTEGER, 127.5, 0, 60],
    [1, 0.1, 0, 60],
    [12_345, 5e-324, 0, 60],
  ];
  const refused: typeof questions = [
    [2 ** 8, 2 ** 52 - 0.5, 0, 60],
    [784 * 8_191, 2 ** 40, 8, 24],
    [0, 2 ** 60, 0, 60],
    [1, Number.MAX_VALUE, 0, 60],
  ];
  const question = ([maxRowSum, maxAbs, min, max]: (typeof questions)[number]) => ({
    max_row_sum: maxRowSum,
    max_abs: maxAbs,
    min_fraction_bits: min,
    max_fraction_bits: max,
  });
  return {
    certified: questions.map((asked) => {
      const [maxRowSum, maxAbs, minFractionBits, maxFractionBits] = asked;
      const certificate = certify({ maxRowSum, maxAbs, minFractionBits, maxFractionBits });
      return {
        ...question(asked),
        fraction_bits: certificate.fractionBits,
        bound: certificate.bound.toString(),
        headroom_bits: certificate.headroomBits,
      };
    }),
    refused: refused.map((asked) => ({ ...question(asked), code: 'INPUT_OUT_OF_RANGE' })),
  };
}

function xofVectors(kernels: FieldKernels) {
  const ascii = (text: string) => new TextEncoder().encode(text);
  const expansions: [SeedPurpose, number, ShareBinding][] = [
    ['additive', 0, bindingOf(binding(1, 8), 2, 1)],
    ['additive', 0, bindingOf(binding(1, 8), 3, 2)],
    ['shamir', 0, bindingOf(binding(1, 8), 2, 1)],
    ['sketch', 0, bindingOf(binding(1, 8), 2, 1)],
    // More than one block of the sponge (168 bytes).
    ['additive', 100, bindingOf(binding(3, 15), 16, 15)],
  ];
  return {
    published: {
      source: 'draft-irtf-cfrg-vdaf, XofTurboShake128, derived_seed',
      seed: hex(seedFrom(0)),
      dst: hex(ascii('domain separation tag')),
      binder: hex(ascii('binder string')),
      derived_seed: hex(
        xofBytes(kernels, seedFrom(0), ascii('domain separation tag'), ascii('binder string'), 32),
      ),
    },
    expansions: expansions.map(([purpose, k, b]) => ({
      purpose,
      seed: hex(seedFrom(k)),
      binding: onPaper(b),
      binder: hex(bindingBytes(b)),
      elements: decimals(expandSeed(kernels, seedFrom(k), b, purpose)),
    })),
  };
}

const secrets: [batchSize: number, columns: number, secret: FieldVector][] = [
  [1, 4, field(0n, 1n, -1n, P >> 1n)],
  [2, 3, field(1n << 20n, -(1n << 20n), 3n, P - 2n, 0n, 1n << 60n)],
];

function additiveVectors(kernels: FieldKernels) {
  return {
    sharings: [2, 3, 16].flatMap((parties) =>
      secrets.map(([batchSize, columns, secret]) => {
        const options = { parties, binding: binding(batchSize, columns) };
        const shares = shareAdditiveFrom(seedsInTurn(), kernels, secret, options);
        const replies = shares.map((share) => share.vector);
        return {
          parties,
          binding: sharingOnPaper(options.binding, parties),
          secret: decimals(secret),
          shares: sharesOnPaper(shares),
          reconstructed: decimals(reconstructAdditive(kernels, replies)),
        };
      }),
    ),
  };
}

function shamirVectors(kernels: FieldKernels) {
  // Polynomials by their coefficients, lowest first: the secret, then what makes it one.
  const polynomials: [parties: number, coefficients: bigint[]][] = [
    [2, [5n, 7n]],
    [3, [P - 1n, P - 2n]],
    [5, [1n << 60n, 1n, P >> 1n]],
    [16, Array.from({ length: 16 }, (_, k) => modInverse(BigInt(k + 3)))],
  ];
  return {
    polynomials: polynomials.map(([parties, coefficients]) => {
      const values = coefficients.slice(1).map((_, i) => field(evaluate(coefficients, BigInt(i + 1))));
      const masks = values.map((vector, i) => ({ partyId: i + 1, vector }));
      const shares = [...masks, ...interpolateShares(kernels, field(coefficients[0]!), values, parties)];
      return {
        parties,
        threshold: coefficients.length,
        coefficients: decimals(coefficients),
        shares: shares.map(({ vector }) => vector[0]!.toString()),
      };
    }),
    sharings: [
      [2, 2],
      [3, 2],
      [5, 3],
      [16, 9],
    ].flatMap(([parties = 0, threshold = 0]) =>
      secrets.map(([batchSize, columns, secret]) => {
        const options = { parties, threshold, binding: binding(batchSize, columns) };
        const shares = shareShamirFrom(seedsInTurn(), kernels, secret, options);
        return {
          parties,
          threshold,
          binding: sharingOnPaper(options.binding, parties),
          secret: decimals(secret),
          shares: sharesOnPaper(shares),
          reconstructed: decimals(reconstructShamir(kernels, shares.slice(-threshold), threshold)),
        };
      }),
    ),
  };
}

function verificationVectors(kernels: FieldKernels) {
  const [rows, columns, parties] = [2, 3, 2];
  const weights = Int16Array.of(1, -2, 3, 32_767, -32_767, 0);
  const bound = (partyId: number) => bindingOf(binding(1, rows), parties, partyId);
  const replies = [1, 2].map((partyId) => {
    const seed = seedFrom(32 * partyId);
    const { modelDigest, layer, requestId } = bound(partyId);
    const sketchBinding = { modelDigest, layer, requestId, parties, partyId, rows };
    const share = {
      kind: 'seed' as const,
      partyId,
      seed,
      vector: expandSeed(kernels, seed, bound(partyId), 'sketch'),
    };
    return { share, sketch: computeSketch(kernels, seed, sketchBinding, [weights], columns) };
  });
  const check = combineSketches(kernels, replies);
  const share = field(1n, P >> 1n, -5n, 0n, 1n << 40n, -1n);
  const expected = sketchShare(kernels, check, share, 2);
  const reply = kernels.matmul(kernels.packMatrix([weights], rows, columns), share, 2);
  const wrong = reply.with(3, mod(reply[3]! + (1n << 60n)));
  return {
    weights: [...weights],
    rows,
    columns,
    binding: sharingOnPaper(binding(1, rows), parties),
    parties,
    sketches: replies.map((answer) => ({
      party_id: answer.share.partyId,
      seed: hex(answer.share.seed),
      r: decimals(answer.share.vector),
      sketch: decimals(answer.sketch),
    })),
    r: decimals(check.r),
    s: decimals(check.s),
    checks: [reply, wrong].map((y) => ({
      batch_size: 2,
      share: decimals(share),
      reply: decimals(y),
      accepted: checkReply(kernels, check, expected, y),
    })),
  };
}

/** Every file of vectors by its name, as the JSON value it holds. */
export function generateVectors(kernels: FieldKernels) {
  return {
    'field.json': fieldVectors(kernels),
    'fixed-point.json': fixedPointVectors(kernels),
    'overflow-certificate.json': certificateVectors(),
    'xof.json': xofVectors(kernels),
    'additive.json': additiveVectors(kernels),
    'shamir.json': shamirVectors(kernels),
    'verification.json': verificationVectors(kernels),
  };
}
