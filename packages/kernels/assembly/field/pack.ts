// Weights as panels: for each tile of columns, for each pair of rows, for each group of eight columns, the eight
// int16 of one row and then the eight of the other. Reading a tile's panels in order is reading memory in order.

/** Groups of eight columns per tile: 1024 columns, whose digits take 8 KB of a first-level cache. */
export const TILE_GROUPS: i32 = 128;

/**
 * What Σ |w| may reach in a 32-bit lane between two carries: |Σ w·d3| ≤ SAFE_SUM·2^15, and 2^17 is left for what
 * carries put in.
 */
export const SAFE_SUM: i32 = 65531;

/**
 * Lay out a pair of rows, `groups`·8 int16 each and one after the other, as number `pair` of `pairs`. Returns the
 * pair's carry interval in groups, 0 if its weights are too large for any, and −1 if there is a −32768.
 */
export function packPair(rows: usize, groups: i32, pair: i32, pairs: i32, panels: usize): i32 {
  const second = rows + (<usize>groups << 4);
  for (let tile = 0; tile < groups; tile += TILE_GROUPS) {
    const width = min(TILE_GROUPS, groups - tile);
    let panel = panels + (<usize>(tile * pairs + pair * width) << 5);
    for (let group = <usize>tile << 4, end = <usize>(tile + width) << 4; group < end; group += 16, panel += 32) {
      v128.store(panel, v128.load(rows + group));
      v128.store(panel, v128.load(second + group), 16);
    }
  }
  if (hasLowest(rows, second + (<usize>groups << 4))) return -1;
  return min(safeInterval(rows, groups), safeInterval(second, groups));
}

function hasLowest(rows: usize, end: usize): bool {
  let found = i16x8.splat(0);
  for (; rows < end; rows += 16) found = v128.or(found, i16x8.eq(v128.load(rows), i16x8.splat(-32768)));
  return v128.any_true(found);
}

/** The largest number of groups such that any so many in a row keep Σ |w| within SAFE_SUM, at most a tile. */
function safeInterval(row: usize, groups: i32): i32 {
  let safe = TILE_GROUPS, first = row, sum = i32x4.splat(0);
  for (const end = row + (<usize>groups << 4); row < end; row += 16) {
    sum = i32x4.add(sum, magnitudes(row));
    while (v128.any_true(i32x4.gt_s(sum, i32x4.splat(SAFE_SUM)))) {
      safe = min(safe, <i32>((row - first) >> 4));
      sum = i32x4.sub(sum, magnitudes(first));
      first += 16;
    }
  }
  return safe;
}

/** |w| of a group, summed by twos: what dot_i16x8_s puts in one lane. */
// @ts-ignore: decorator
@inline function magnitudes(group: usize): v128 {
  return i32x4.extadd_pairwise_i16x8_u(i16x8.abs(v128.load(group)));
}
