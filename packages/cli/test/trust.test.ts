import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createBundle } from '@sharemesh/model';
import { saveBundle } from '@sharemesh/model/node';
import { encodeFraudProof, generatePartyKey, openChecks, signReceipt, statementOf } from '@sharemesh/trust';
import type { FraudProof, Message } from '@sharemesh/trust';
import { encodeMessage } from '@sharemesh/wire';
import type { Frame } from '@sharemesh/wire';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { commandLine } from './support.ts';

const bundle = createBundle({
  modelId: 'tiny',
  version: '1',
  weightBits: 14,
  layers: [
    {
      inputSize: 1,
      outputSize: 1,
      weights: Float64Array.of(1),
      bias: Float64Array.of(0),
      activation: { type: 'identity' },
    },
  ],
});
let folder: string;
let model: string;
let key: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sharemesh-cli-'));
  model = join(folder, 'tiny');
  key = join(folder, 'owner.pem');
  await saveBundle(model, bundle);
});
afterAll(() => rm(folder, { recursive: true }));

/** What a command printed on standard output; rejects as the command does. */
async function printed(...words: string[]): Promise<string> {
  const write = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  try {
    await commandLine(...words);
    return write.mock.calls.map(([text]) => String(text)).join('');
  } finally {
    write.mockRestore();
  }
}

describe('model sign, verify and checks', () => {
  it('sign with a new key, verify, and refuse a bundle that was changed', async () => {
    expect(await printed('model', 'sign', model, '--key', key, '--new-key')).toContain(bundle.digest);
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    expect(await printed('model', 'verify', model, '--key', `${key}.pub`)).toContain('2 files, as signed');

    await expect(printed('model', 'sign', model, '--key', key, '--new-key')).rejects.toThrow('EEXIST');
    const weights = await readFile(join(model, 'weights.bin'));
    await writeFile(join(model, 'weights.bin'), Buffer.from(weights).fill(1));
    await expect(printed('model', 'verify', model, '--key', `${key}.pub`)).rejects.toMatchObject({
      code: 'MODEL_TAMPERED',
      message: 'weights.bin is not what was signed',
    });
    await writeFile(join(model, 'weights.bin'), weights);
  });

  it('issue check vectors for one client, which open under the owner’s key', async () => {
    const out = join(folder, 'checks.json');
    await printed('model', 'checks', model, '--key', key, '--out', out, '--days', '1');
    expect((await stat(out)).mode & 0o777).toBe(0o600);
    const checks = await openChecks(await readFile(out, 'utf8'), {
      publicKeyPem: await readFile(`${key}.pub`, 'utf8'),
      modelDigest: bundle.digest,
      inference: bundle.manifest.inference,
    });
    expect(checks).toHaveLength(1);
    await expect(printed('model', 'checks', model, '--key', key, '--out', out)).rejects.toThrow('EEXIST');
  });
});

describe('fraud check', () => {
  it('says proven, or why not, and fails when it is not', async () => {
    const file = join(folder, 'proof.json');
    const weight = BigInt(bundle.planes[0]![0]![0]!);
    await writeFile(file, encodeFraudProof(await proofOf(5n, 5n * weight + 1n)));
    expect(await printed('fraud', 'check', file, '--model', model)).toContain('Fraud proven');
    const json: unknown = JSON.parse(await printed('fraud', 'check', file, '--model', model, '--json'));
    expect(json).toMatchObject({ proven: true, code: 'WRONG_OUTPUT', model_digest: bundle.digest });

    await writeFile(file, encodeFraudProof(await proofOf(5n, 5n * weight)));
    await expect(printed('fraud', 'check', file, '--model', model)).rejects.toMatchObject({
      code: 'FRAUD_NOT_PROVEN',
      message: expect.stringContaining('REPLY_IS_RIGHT'),
    });
  });
});

/** A party's receipt for this output on this share. */
async function proofOf(share: bigint, output: bigint): Promise<FraudProof> {
  const request_id = 'A'.repeat(22);
  const tensor = (value: bigint) =>
    ({ encoding: 'field61', data: new Uint8Array(BigUint64Array.of(value).buffer) }) as const;
  const request = message(
    encodeMessage('binary', [tensor(share)], (inputs) => ({
      request_id,
      model_id: 'tiny',
      version: '1',
      layer: 0,
      batch_size: 1,
      inputs,
      sharing: { scheme: 'additive', parties: 2, party_id: 1 },
    })),
  );
  const response = message(
    encodeMessage('binary', [tensor(output)], (outputs) => ({
      api_version: 'v1',
      status: 'completed',
      job_id: 'B'.repeat(22),
      result: { request_id, model_digest: bundle.digest, layer: 0, batch_size: 1, outputs },
    })),
  );
  const statement = statementOf({ modelDigest: bundle.digest, request, response });
  const bootNonce = 'C'.repeat(22);
  const receipt = await signReceipt(await generatePartyKey(), { ...statement, bootNonce, time: 0 });
  return { receipt, request, response };
}

function message({ chunks, headerLength }: Frame): Message {
  return { headerLength: headerLength!, body: new Uint8Array(Buffer.concat(chunks)) };
}
