/** a·b mod p for a, b < p < 2^30, exact in float64: b goes in halves of 15 bits. */
export function mulMod(a: number, b: number, p: number): number {
  return (((a * (b >>> 15)) % p) * 32_768 + a * (b & 32_767)) % p;
}

/** base^exponent mod p, by squaring. */
export function powMod(base: number, exponent: number, p: number): number {
  let result = 1;
  let square = base % p;
  for (let e = exponent; e > 0; e = Math.floor(e / 2)) {
    if (e % 2 === 1) result = mulMod(result, square, p);
    square = mulMod(square, square, p);
  }
  return result;
}

/** a^-1 mod p for a prime p (Fermat). */
export const inverseMod = (a: number, p: number): number => powMod(a % p, p - 2, p);

/** floor(w·2^32 / p) for w < p < 2^30: the companion of a constant in Shoup's multiplication. */
export function shoup(w: number, p: number): number {
  const high = Math.floor((w * 65_536) / p);
  const rest = w * 65_536 - high * p;
  return high * 65_536 + Math.floor((rest * 65_536) / p);
}
