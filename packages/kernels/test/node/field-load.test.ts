import { afterEach, expect, test, vi } from 'vitest';

afterEach(() => {
  vi.unstubAllGlobals();
  vi.resetModules();
});

test('kernels are loaded once per realm and implementation', async () => {
  const { loadFieldKernels } = await import('@sharemesh/kernels/field');
  const [best, wasm, plain] = await Promise.all([
    loadFieldKernels(),
    loadFieldKernels({ implementation: 'wasm' }),
    loadFieldKernels({ implementation: 'plain' }),
  ]);
  expect(best).toBe(wasm);
  expect(best.implementation).toBe('wasm');
  expect(plain.implementation).toBe('plain');
  expect(await loadFieldKernels({ implementation: 'plain' })).toBe(plain);
});

test('so are the kernels on vectors alone; the plain twin is the same', async () => {
  const { loadFieldKernels } = await import('@sharemesh/kernels/field');
  const { loadVectorKernels } = await import('@sharemesh/kernels/field/vector');
  const best = await loadVectorKernels();
  expect(best.implementation).toBe('wasm');
  expect(best).not.toHaveProperty('matmul');
  expect(await loadVectorKernels({ implementation: 'wasm' })).toBe(best);
  const plain = { implementation: 'plain' } as const;
  expect(await loadVectorKernels(plain)).toBe(await loadFieldKernels(plain));
});

test.each([
  [
    'compilation is refused, as by a content security policy',
    { Memory: WebAssembly.Memory, instantiate: refuse },
  ],
  ['there is no WebAssembly', undefined],
])('where %s, the plain twin takes over', async (_, stub) => {
  vi.stubGlobal('WebAssembly', stub);
  const { loadFieldKernels } = await import('@sharemesh/kernels/field');
  const kernels = await loadFieldKernels();
  expect(kernels.implementation).toBe('plain');
  expect([...kernels.add(BigUint64Array.of(1n), BigUint64Array.of(2n))]).toEqual([3n]);
  await expect(loadFieldKernels({ implementation: 'wasm' })).rejects.toThrow();
  const { loadVectorKernels } = await import('@sharemesh/kernels/field/vector');
  expect((await loadVectorKernels()).implementation).toBe('plain');
});

function refuse(): Promise<never> {
  return Promise.reject(new WebAssembly.CompileError('refused'));
}
