import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { digestOf, modelDigest } from '@sharemesh/model';
import { digestOf as digestFromSubpath } from '@sharemesh/model/digest';
import { tinyBundle } from './models.ts';

const { manifest, digest } = tinyBundle();

/** The object with one leaf replaced, or one element of an array left out, for each leaf and array within it. */
function* variations(value: unknown): Generator<unknown> {
  if (typeof value === 'number') {
    yield value + 1;
    yield value === 0 ? 5e-324 : value * (1 + Number.EPSILON);
  } else if (typeof value === 'string') {
    yield `${value}x`;
    yield value.slice(1);
  } else if (Array.isArray(value)) {
    yield value.slice(1);
    yield [...value, value.at(-1)];
    if (new Set(value.map((v) => JSON.stringify(v))).size > 1) yield value.toReversed();
    for (const [k, element] of value.entries()) {
      for (const changed of variations(element)) yield value.with(k, changed);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, member] of Object.entries(value)) {
      for (const changed of variations(member)) yield { ...value, [name]: changed };
      const { [name]: _, ...rest } = value as Record<string, unknown>;
      yield rest;
    }
  }
}

describe('the digest', () => {
  it('is SHA-256 of the canonical text, written out here by hand', () => {
    const layer = {
      type: 'dense' as const,
      input_size: 1,
      output_size: 1,
      weight_bits: 14 as const,
      row_scales: [0.5],
      bias: [1e21],
      max_row_sum: 8191,
      weights_digest: `sha256:${'0'.repeat(64)}`,
      activation: { type: 'relu' as const },
    };
    const canonical =
      '{"format":"sharemesh-model/1","inference":{"input_size":1,"layers":[{"activation":{"type":"relu"},' +
      '"bias":[1e+21],"input_size":1,"max_row_sum":8191,"output_size":1,"row_scales":[0.5],"type":"dense",' +
      `"weight_bits":14,"weights_digest":"sha256:${'0'.repeat(64)}"}],"output_size":1},"model_id":"m","version":"1"}`;
    const inference = { input_size: 1, output_size: 1, layers: [layer] };
    expect(digestOf({ model_id: 'm', version: '1', inference })).toBe(
      `sha256:${createHash('sha256').update(canonical).digest('hex')}`,
    );
  });

  it('changes with anything that affects the answer', () => {
    const { model_id, version, inference } = manifest;
    const digests = [...variations({ model_id, version, inference })].map((changed) => {
      try {
        return digestOf(changed as typeof manifest);
      } catch (error) {
        // a field that is missing altogether has no canonical form
        expect(error).toBeInstanceOf(TypeError);
        return undefined;
      }
    });
    expect(digests.length).toBeGreaterThan(100);
    expect(digests).not.toContain(digest);
  });

  it('does not change with the description, the order of names, or a trip through JSON', () => {
    expect(modelDigest({ ...manifest, description: 'another' })).toBe(digest);
    const reordered = Object.fromEntries(
      Object.entries(manifest.inference).toReversed(),
    ) as typeof manifest.inference;
    expect(digestOf({ version: manifest.version, inference: reordered, model_id: manifest.model_id })).toBe(
      digest,
    );
    expect(digestOf(JSON.parse(JSON.stringify(manifest)) as typeof manifest)).toBe(digest);
    expect(digestFromSubpath(manifest)).toBe(digest);
  });

  it('tells 14 from 28 bits', () => {
    expect(tinyBundle(14).digest).not.toBe(digest);
  });
});
