import { mulMod } from './modular.ts';

/** In-place negacyclic NTT of `a` (Cooley–Tukey, natural to bit-reversed order); `roots` as in the NTT tables. */
export function forward(a: Uint32Array, roots: Uint32Array, p: number): void {
  const n = a.length;
  for (let m = 1, t = n / 2; m < n; m *= 2, t /= 2) {
    for (let i = 0; i < m; i++) {
      const root = roots[m + i]!;
      for (let j = 2 * i * t; j < (2 * i + 1) * t; j++) {
        const x = a[j]! % p;
        const y = mulMod(a[j + t]! % p, root, p);
        a[j] = (x + y) % p;
        a[j + t] = (x + p - y) % p;
      }
    }
  }
}

/** Its inverse (Gentleman–Sande), scaled by n^-1. */
export function inverse(a: Uint32Array, roots: Uint32Array, p: number): void {
  const n = a.length;
  for (let m = n / 2, t = 1; m >= 1; m /= 2, t *= 2) {
    for (let i = 0; i < m; i++) {
      const root = roots[m + i]!;
      for (let j = 2 * i * t; j < (2 * i + 1) * t; j++) {
        const x = a[j]! % p;
        const y = a[j + t]! % p;
        a[j] = (x + y) % p;
        a[j + t] = mulMod((x + p - y) % p, root, p);
      }
    }
  }
  const scale = p - (p - 1) / n;
  for (let j = 0; j < n; j++) a[j] = mulMod(a[j]!, scale, p);
}
