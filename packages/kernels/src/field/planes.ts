/**
 * The same integers as planes in base 2^15, W = high·2^15 + low with |low| ≤ 2^14: for weights so large that two
 * products of theirs overflow a 32-bit sum.
 *
 * @param planes one plane W, or two with W = plane0·2^14 + plane1
 */
export function splitBase32768(planes: readonly Int16Array[]): readonly [high: Int16Array, low: Int16Array] {
  const [first, second] = planes as [Int16Array, Int16Array?];
  const high = new Int16Array(first.length);
  const low = new Int16Array(first.length);
  for (let i = 0; i < first.length; i++) {
    const weight = second ? first[i]! * 16384 + second[i]! : first[i]!;
    high[i] = (weight + 16384) >> 15;
    low[i] = weight - (high[i]! << 15);
  }
  return [high, low];
}
