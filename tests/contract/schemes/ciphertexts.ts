import { createHash } from 'node:crypto';
import { assertAnnounced, createCkksClient, layerInfo } from '@sharemesh/rlwe';
import type { CkksClient, EncryptedBatch } from '@sharemesh/rlwe';
import type { ModelInfo, TensorData } from '@sharemesh/wire';
import { expect } from 'vitest';
import { freshId } from '../support/messages.ts';
import type { Target } from '../support/target.ts';
import type { Place, SchemeContract, SchemeRequest } from './scheme.ts';

const TIER = 'circuit-private';
/** "SM", version, kind, then the binding, the seed and the residues: docs/rlwe.md, "Bytes". */
const AT = { version: 2, binding: 4, residues: 52 } as const;

/** W·x on ciphertexts, under either scheme: what a client with keys of its own can ask of the server. */
export function ciphertexts(scheme: 'ckks' | 'bfv'): SchemeContract {
  const clients = new Map<ModelInfo, CkksClient>();

  const encrypt = (model: ModelInfo, { layer }: Place, x: Float64Array) =>
    clients.get(model)!.encryptLayer(layer, x);

  const request = (model: ModelInfo, { layer, batch }: Place, sent: EncryptedBatch): SchemeRequest => ({
    envelope: {
      request_id: freshId(),
      model_id: model.model_id,
      version: model.version,
      layer,
      batch_size: batch,
      encryption: { scheme, tier: TIER, key_id: keyIdOf(clients.get(model)!.publicKey!) },
    },
    inputs: sent.payloads.map((data) => ({ encoding: 'rlwe', data })),
  });

  return {
    scheme,

    async prepare(target) {
      for (const model of target.models.filter((candidate) => candidate.scheme === scheme)) {
        const layers = model.inference.layers.map((layer) => ({
          ...layerInfo(layer),
          rowScales: Float64Array.from(layer.row_scales),
        }));
        const client = await createCkksClient({ layers, scheme, tier: TIER });
        assertAnnounced(client.plans, model.encryption_parameters);
        await register(target, client.publicKey!);
        clients.set(model, client);
      }
    },

    makeRequest: (model, place) =>
      request(model, place, encrypt(model, place, randomValues(sizeOf(model, place)))),

    wrongRequests(model) {
      const first = { layer: 0, batch: 1 };
      const sent = encrypt(model, first, randomValues(sizeOf(model, first)));
      const good = request(model, first, sent);
      const payload = sent.payloads[0]!;
      const withInput = (data: Uint8Array, encoding: TensorData['encoding'] = 'rlwe'): SchemeRequest => ({
        ...good,
        inputs: [{ encoding, data }, ...good.inputs.slice(1)],
      });
      /** The first ciphertext with one of its bytes changed. */
      const changed = (at: number) => payload.with(at, payload[at]! ^ 1);
      const encryption = { ...(good.envelope['encryption'] as object) };
      const withEncryption = (change: object): SchemeRequest => ({
        ...good,
        envelope: { ...good.envelope, encryption: { ...encryption, ...change } },
      });
      const offered = model.encryption_parameters?.map(({ tier }) => tier) ?? [];
      return [
        { name: 'a byte too few', request: withInput(payload.slice(1)), code: 'DIMENSION_MISMATCH' },
        {
          name: 'a byte too many',
          request: withInput(Buffer.concat([payload, Buffer.alloc(1)])),
          code: 'DIMENSION_MISMATCH',
        },
        { name: 'no bytes', request: withInput(new Uint8Array()), code: 'DIMENSION_MISMATCH' },
        {
          name: 'a ciphertext too many',
          request: { ...good, inputs: [...good.inputs, { encoding: 'rlwe', data: payload }] },
          code: 'DIMENSION_MISMATCH',
        },
        { name: 'another version', request: withInput(changed(AT.version)), code: 'INVALID_PAYLOAD' },
        {
          name: 'a public key for a ciphertext',
          request: withInput(clients.get(model)!.publicKey!),
          code: 'INVALID_PAYLOAD',
        },
        { name: 'other parameters', request: withInput(changed(AT.binding)), code: 'PARAMETER_MISMATCH' },
        {
          name: 'residues beyond their primes',
          request: withInput(payload.slice().fill(0xff, AT.residues)),
          code: 'NON_CANONICAL_ELEMENT',
        },
        { name: 'a share', request: withInput(new Uint8Array(8), 'field61'), code: 'INVALID_PAYLOAD' },
        {
          name: 'a key that is not registered',
          request: withEncryption({ key_id: keyIdOf(new Uint8Array(1)) }),
          code: 'UNKNOWN_KEY',
        },
        { name: 'no key', request: withEncryption({ key_id: undefined }), code: 'UNKNOWN_KEY' },
        ...(offered.includes('public-model')
          ? []
          : [
              {
                name: 'a tier that is not offered',
                request: withEncryption({ tier: 'public-model' }),
                code: 'PARAMETER_MISMATCH',
              } as const,
            ]),
        {
          name: 'a sharing beside the encryption',
          request: {
            ...good,
            envelope: { ...good.envelope, sharing: { scheme: 'additive', parties: 2, party_id: 1 } },
          },
          code: 'INVALID_REQUEST',
        },
      ];
    },

    /** W·0 = 0, W·(a + b) = W·a + W·b, and |W·x| ≤ L·max|x|: for every layer, and for a batch as for its rows. */
    async checkArithmetic(model, infer) {
      const product = async (place: Place, x: Float64Array) => {
        const sent = encrypt(model, place, x);
        const replies = await infer(request(model, place, sent));
        expect(replies.map(({ encoding }) => encoding)).toEqual(sent.replyBytes.map(() => 'rlwe'));
        const data = replies.map((reply) => reply.data);
        return [...clients.get(model)!.decryptLayer(place.layer, sent, data)];
      };
      for (const [layer, info] of model.inference.layers.entries()) {
        const [a, b] = [randomValues(info.input_size), randomValues(info.input_size)];
        const one = { layer, batch: 1 };
        const [wa, wb] = [await product(one, a), await product(one, b)];
        // the largest output there can be, by row, sets the scale of the noise
        const largest = info.row_scales.map((scale) => scale * info.max_row_sum * 2);
        const expectClose = (actual: readonly number[], expected: readonly number[]) =>
          actual.forEach((value, i) => {
            expect(Math.abs(value - expected[i]!)).toBeLessThan(largest[i % largest.length]! * 2 ** -10);
          });
        expect(wa).toHaveLength(info.output_size);
        wa.forEach((value, i) => expect(Math.abs(value)).toBeLessThan(largest[i]!));
        expectClose(
          await product(one, new Float64Array(info.input_size)),
          wa.map(() => 0),
        );
        const sums = wa.map((value, i) => value + wb[i]!);
        expectClose(
          await product(
            one,
            a.map((value, i) => value + b[i]!),
          ),
          sums,
        );
        expectClose(await product({ layer, batch: 2 }, Float64Array.of(...a, ...b)), [...wa, ...wb]);
      }
    },
  };
}

async function register(target: Target, key: Uint8Array): Promise<void> {
  const answer = await target.request(`/v1/keys/${keyIdOf(key)}`, {
    method: 'PUT',
    headers: { 'content-type': 'application/octet-stream' },
    body: Buffer.from(key),
  });
  expect(answer.ok, await answer.text()).toBe(true);
}

const keyIdOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

const sizeOf = ({ inference }: ModelInfo, { layer, batch }: Place): number =>
  batch * inference.layers[layer]!.input_size;

const randomValues = (length: number): Float64Array =>
  Float64Array.from({ length }, () => crypto.getRandomValues(new Int32Array(1))[0]! / 2 ** 31);
