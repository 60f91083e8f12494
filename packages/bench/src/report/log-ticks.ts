/** Powers of ten around positive values, for a logarithmic axis with few lines. */
export const decades = (values: readonly number[]): number[] => ticks(values, [1]);

/** 1, 2, 5, 10, 20, 50 … around positive values. */
export const oneTwoFive = (values: readonly number[]): number[] => ticks(values, [1, 2, 5]);

/** From the last tick at or below the least value to the first at or above the greatest. */
function ticks(values: readonly number[], steps: readonly number[]): number[] {
  const [least, greatest] = [Math.min(...values), Math.max(...values)];
  const all: number[] = [];
  for (let power = Math.floor(Math.log10(least)); power <= Math.ceil(Math.log10(greatest)); power++) {
    // division keeps 0.1 and 0.2 what they are
    for (const step of steps) all.push(power < 0 ? step / 10 ** -power : step * 10 ** power);
  }
  const first = all.findLastIndex((tick) => tick <= least);
  const last = all.findIndex((tick) => tick >= greatest);
  return all.slice(Math.max(0, first), last === -1 ? all.length : last + 1);
}
