import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { canonicalJson } from '@sharemesh/model';
import { loadBundle } from '@sharemesh/model/node';
import { dequantize, referenceInfer } from '@sharemesh/model/reference';

const directory = fileURLToPath(new URL('vectors/mixed/', import.meta.url));

describe('the committed bundle, written by another implementation of the format', async () => {
  const { manifest, digest, planes } = await loadBundle(directory);
  const { model_id, version, format, inference } = manifest;

  it('has the digest that it was published with', () => {
    expect(canonicalJson({ format, model_id, version, inference })).toBe(
      readFileSync(`${directory}canonical.json`, 'utf8'),
    );
    expect(digest).toBe('sha256:914738bf98957ffb7f0ed3feb48c5f81c2ed8291493f9ccb41c20cc074312fdf');
  });

  it('holds these integers', () => {
    expect(planes.map((layer) => layer.map((plane) => Array.from(plane)))).toEqual([
      [[8191, -8191, 0, -1, 2, -3]],
      [
        [8192, -8192, 0, 1, 0, -1],
        [-1, 1, 8191, -8192, -8192, 8191],
      ],
    ]);
  });

  it('answers as by hand', () => {
    const { outputs, logits } = referenceInfer(
      dequantize({ manifest, digest, planes }),
      Float64Array.of(2, 1, 4),
    );
    // layer 0: relu(½·8191 + 10^-7) and relu(−12·2^-13 − 1.5); layer 1: its first column times that
    const hidden = 4095.5 + 1e-7;
    const expected = [134_217_727 * hidden, 0.1 * 8191 * hidden + 333_333_333.3333333, -8192e21 * hidden];
    expected.forEach((value, k) => expect(logits[k]! / value).toBeCloseTo(1, 12));
    expect(outputs[1]! / (0.125 + 0.5 * expected[1]! + 0.25 * expected[1]! ** 2)).toBeCloseTo(1, 12);
  });
});
